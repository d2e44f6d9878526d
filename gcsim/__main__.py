"""`python -m gcsim` is the command `gcsim`."""

from gcsim.cli import main

if __name__ == "__main__":
    main()
