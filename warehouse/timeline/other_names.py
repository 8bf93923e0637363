"""Other names of well-known features of the kernel, for questions that name one where articles name another."""

from functools import cache

from warehouse.timeline.statement_words import statement_words

# The names of one thing on each line: architectures, then control groups, scheduling, memory, security, tracing and I/O.
_NAMES = """
64-bit ARM, arm64, AArch64, 64-bit ARM architecture
x86-64, x86_64, AMD64, x86 64-bit
Itanium, ia64, IA-64
RISC-V, riscv
s390, z/Architecture, IBM Z
control groups, cgroups, process containers, generic process containers
version 2 control groups, cgroup v2, unified control-group hierarchy, unified hierarchy
memory controller, cgroup memory controller, memcg, memory resource controller, memory control group, memory use controller
per-session group scheduling, autogroup, per-tty group scheduling, TTY-based group scheduling, automatic group scheduling
completely fair scheduler, CFS
deadline scheduler, deadline scheduling class, SCHED_DEADLINE, earliest deadline first scheduling
extensible scheduler class, sched_ext, extensible scheduling class
EEVDF, earliest eligible virtual deadline first
realtime preemption, PREEMPT_RT, realtime preemption patch set, realtime preemption support
tickless kernel, dynamic tick, dynticks, dynamic ticks, NO_HZ
full tickless operation, full dynticks, NO_HZ_FULL, full dynamic tick, full NOHZ
high-resolution timers, hrtimers
pressure-stall information, PSI, pressure stall information
transparent huge pages, transparent hugepages, THP
multi-generational LRU, multigenerational LRU, MGLRU, multi-gen LRU
kernel samepage merging, KSM, kernel shared memory
heterogeneous memory management, HMM
page-table isolation, kernel page-table isolation, KPTI, KAISER
guest-first memory, guest_memfd
kernel address sanitizer, KASAN, KernelAddressSanitizer
undefined behavior sanitizer, UBSAN, undefined-behavior sanitizer
kernel concurrency sanitizer, KCSAN
kernel memory sanitizer, KMSAN
shadow stacks, user-space shadow stack, user-space shadow stacks, Intel shadow stack
memory protection keys, protection keys, pkeys
software guard extensions, SGX
multiqueue block layer, blk-mq, multi-queue block layer, multiqueue block I/O layer
seccomp filters, seccomp mode 2, seccomp filter, seccomp BPF
extended BPF, eBPF
express data path, XDP, eXpress Data Path
multipath TCP, MPTCP
TCP fast open, TFO
performance events, perf events, performance counters, perf_events, perf counters
live patching, livepatch, kernel live patching
kernel lockdown, lockdown
integrity measurement architecture, IMA
BPF security module, KRSI, kernel runtime security instrumentation, BPF LSM
kernel mode setting, KMS, kernel modesetting
graphics execution manager, GEM
translation table manager, TTM
overlay filesystem, overlayfs
filesystem in user space, FUSE, filesystems in user space
cluster filesystem GFS2, GFS2
device mapper multipath, dm-multipath
ID-mapped mounts, idmapped mounts, ID mapping for mounted filesystems, id-mapped mounts
direct access for files, DAX
user-space I/O drivers, UIO
virtual function I/O, VFIO
restartable sequences, rseq
kernel TLS, kTLS, in-kernel TLS
big kernel lock, BKL
read-copy-update, RCU
"""


def _key(name: str) -> frozenset[str]:
    return frozenset(statement_words(name.replace("_", "")))


@cache
def _groups() -> dict[frozenset[str], tuple[str, ...]]:
    lines = (tuple(name.strip() for name in line.split(",")) for line in _NAMES.strip().splitlines())
    return {_key(name): names for names in lines for name in names}


@cache
def other_names(name: str) -> tuple[str, ...]:
    """Return the other names of what has a name, none if no others are known: "cgroups" for "control groups"."""
    own = _key(name)
    return tuple(other for other in _groups().get(own, ()) if _key(other) != own)
