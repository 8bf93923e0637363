"""Mail out of archives that people keep: mbox, maildir, single messages, public-inbox repositories."""
