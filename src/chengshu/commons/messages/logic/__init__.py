"""Pure rules of messages: which template an event calls for, and its words."""
