"""Heap snapshots: the .heapsnapshot files of V8, as Chrome DevTools reads them."""
