"""The bundled sample: issues and sources written for this project, in one WARC file, on hosts under ``.example``."""

from pathlib import Path

SAMPLE_WARC = Path(__file__).with_name("sample.warc.gz")

HOST_ALIASES: dict[str, str] = {
    "android.example": "android.com",
    "blogspot-au.example": "blogspot.com.au",
    "blogspot-de.example": "blogspot.de",
    "blogspot-uk.example": "blogspot.co.uk",
    "blogspot.example": "blogspot.com",
    "botchco.example": "botchco.com",
    "dreamwidth.example": "dreamwidth.org",
    "evilpiepirate.example": "evilpiepirate.org",
    "freedesktop.example": "freedesktop.org",
    "github.example": "github.com",
    "gmane.example": "gmane.org",
    "h-online.example": "h-online.com",
    "heise-online.example": "heise-online.co.uk",
    "heise.example": "heise.de",
    "kernel.example": "kernel.org",
    "kernelnewbies.example": "kernelnewbies.org",
    "kroah.example": "kroah.com",
    "launchpad.example": "launchpad.net",
    "linux-foundation.example": "linux-foundation.org",
    "linux-kvm.example": "linux-kvm.org",
    "linuxfoundation.example": "linuxfoundation.org",
    "livejournal.example": "livejournal.com",
    "lkml.example": "lkml.org",
    "lkml.iu.example": "lkml.iu.edu",
    "lwn.example": "lwn.net",
    "marc.example": "marc.info",
    "mesa3d.example": "mesa3d.org",
    "phoronix.example": "phoronix.com",
    "redhat.example": "redhat.com",
    "sourceforge.example": "sourceforge.net",
    "spinics.example": "spinics.net",
    "thunk.example": "thunk.org",
    "tux3.example": "tux3.org",
    "wordpress.example": "wordpress.com",
    "x.example": "x.org",
    "xen.example": "xen.org",
}
"""The real name of each host; subdomains are mapped too: ``git.kernel.example`` is ``git.kernel.org``."""
