"""Articles of The H, heise online UK and heise online: the Kernel Log and other articles."""
