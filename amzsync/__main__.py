"""``python -m amzsync``."""

from amzsync.cli import main

if __name__ == "__main__":
    main()
