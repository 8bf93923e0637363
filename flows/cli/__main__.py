"""`python -m flows.cli` is `klog`."""

from flows.cli import main

main()
