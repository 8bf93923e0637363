"""Reading mail archives: mbox, maildir, single messages, public-inbox repositories."""
