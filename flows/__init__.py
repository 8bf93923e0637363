"""The pipeline: origins of pages, readers for each kind of page, and the `klog` command."""
