"""Word lists of the release tagger: words that link a version to its sentence, and names with version numbers of their own."""

from warehouse.stop_words import FUNCTION_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LINKING = FUNCTION_WORDS | _words("""
ab above across after against all als am amid around available became because become becomes before behind bei
below between beyond bis both branch called came change changes contains current currently das der die during
each earlier early either entered entering ever every except expected feature features final first following für
got hence here however im include included includes ist just kernel kernels last late latest latter least like
linus linux made mainline make many merged minus mit more most much must my nach named near new newer next non-author
nor now numbered oder off often old older once one only onto onward other out over past per plus possibly
post pre previous prior probably pulled reached recent release released releases same seen seit several ship
shipped ships since soon stable still supports tag tagged target targeting though three through throughout thus
till too top torvalds toward towards tree two und under unless until up upcoming upon upstream use used uses
using v vanilla various version versions via von vor whether while wird within without wurde yet zu zum
""")
"""Words before a number that do not say what it belongs to; lower-case, English and German."""

PROGRAMS = _words("""
abi acpi alsa alsa-driver alsa-lib amd android apache api awk bash binutils bios bitkeeper bluetooth bluez
btrfs-progs busybox cairo catalyst centos chrome chromium clang cmake coreutils cpu cups debian directx docker
dpkg driver drivers dvi e2fsprogs eclipse es evdev ext4 fedora fglrx firefox firmware freebsd gcc gdb gimp git glibc
gnome gnu gpl gplv grub gstreamer gtk gtk+ hal hat hdmi hdparm hplip ieee intel iproute2 ipsec iptables
iwlwifi java kde knoppix kubernetes libata-tools libc libdrm library libusb libvirt llvm lua lvm lvm2 mandrake
mandriva mdadm mesa mint mozilla mysql netbeans netbsd nfs nfsv nftables nouveau nvidia openbsd openchrome opencl opengl
openoffice opensolaris openssh openssl openstack opensuse oprofile oracle pci pci-express pcie perf-tools perl
php posix postgresql protocol pulseaudio python qemu qt radeon radeonhd redhat reiser4progs release-notes rhel rpm ruby rust
samba sata scsi server slackware sles solaris spec specification sqlite standard subversion suse suspend2
synaptics systemd systemtap tar thunderbird tomcat toolkit ubuntu udev udisks unix usb utf util-linux valgrind
virtualbox vmware vulkan wayland webkit windows wine wireshark x.org xen xf86-video-ati xf86-video-intel xfce
xinput xorg xserver
""")
"""Programs, standards and distributions: a number after one of them is its version; lower-case."""

BASED_ON_KERNELS = _words("debian fedora ubuntu suse rhel android redhat hat xen intel git")
"""The programs above that kernels are also named after: "the RHEL 2.6.32"."""
