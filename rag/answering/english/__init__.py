"""What English sentences say of who, when and how much: rules over words, for quotes of news.

lexicon, subjects                       words, and what a sentence is about
mentions, openings, expletives          who is meant, and what a sentence opens with
antecedents, taking_up                  what a quote needs before it to read alone
announcing, speech                      what it needs behind it, and who says it
dates, tenses, moments                  times, and the days that they mean
statements, figures, superseding        what a later sentence makes of an earlier one
"""
