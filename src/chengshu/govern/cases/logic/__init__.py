"""Pure rules of cases: duty resolution, suggestion, similarity, urgency, words for people."""
