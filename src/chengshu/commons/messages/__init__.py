"""Messages: what people are told, in words that packs declare, on channels that a county has.

Nouns: template, message, receipt, outbound. Verbs: word, read, deliver. Takes `cases.changed` and the alarms of flow;
announces `messages.arrived`. A channel without a gateway parks its messages where people see them.
"""
