"""What it costs, beside what others cost. `make bench` prints one JSON line a figure."""
