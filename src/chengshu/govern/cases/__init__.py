"""City cases (城市事件): one matter from report to rating, whatever the channel.

Nouns: case, class and condition (类别、立案条件), duty (权责), attachment, report and its receipt code.
Verbs: suggest, open, file, dispatch, handle, verify, close, rate, and the ways back (return, reopen).
Events: `cases.changed` for every step, with the facts before and after, so that tallies are kept and never counted.
"""
