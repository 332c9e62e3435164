"""`python -m chengshu.cli`, what the script `./chengshu` runs."""

from chengshu.cli import main

main()
