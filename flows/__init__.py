"""The pipeline: where pages come from, how they are read, and the `klog` command."""
