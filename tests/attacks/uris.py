"""Where a reference may point that should point at its own element; ``{id}`` is that one's ID."""

ELSEWHERE = {
    "a web server": "http://127.0.0.1:9/message",
    "a secure web server": "https://127.0.0.1:9/message",
    "a file": "file:///dev/null",
    "a file without a scheme": "/dev/null",
    "a file beside": "message.xml",
    "an ftp server": "ftp://127.0.0.1:9/message",
    "data in itself": "data:text/xml;base64,PHgvPg==",
    "another host and the right identifier": "//127.0.0.1:9/#{id}",
    "nothing": "#",
    "an identifier that nobody has": "#_nobody",
    "the identifier without its sign": "{id}",
    "the identifier in capitals": "#{ID}",
    "the identifier and a blank": "#{id} ",
    "a blank and the identifier": " #{id}",
    "the identifier, percent-encoded": "#%5f{id}",
    "an XPointer to an element": "#xpointer(//*[local-name()='Issuer'])",
    "an element scheme": "#element(/1/1)",
}
WHOLE = {
    "the whole document": "",
    "the whole document by XPointer": "#xpointer(/)",
    "the identifier by XPointer": "#xpointer(id('{id}'))",
}
"""libxmlsec takes these for good."""
