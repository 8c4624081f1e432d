"""Write the drawings: ``python -m tools.drawings``."""

from tools.book_layout import ROOT
from tools.drawings import write

if __name__ == "__main__":
    print(f"{len(write(ROOT))} drawings written")
