"""What the commands do. Each file is loaded when its command runs, so that `terugkeer --help` is quick."""
