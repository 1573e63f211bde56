"""What an explanation is made of: places, people, dates, and the words for them."""
