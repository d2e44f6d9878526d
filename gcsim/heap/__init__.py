"""What is there: the array of words, its spaces, its roots, and the checks that hold it to account."""
