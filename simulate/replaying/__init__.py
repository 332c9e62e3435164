"""Real cases of another place and time, brought through the same door: a mapping says what each column means."""
