"""What is made when the package is built, and is in no commit; setup.py hooks it in."""
