"""What only the book needs: exercises that check themselves, and live widgets."""
