"""Three ways to answer who asks for slots on a Monday morning: none, Valkey, and what CloudFront keeps for seconds.

morning.py has who reads and books, on PostgreSQL and with the real use cases; ways.py keeps answers; comparing.py has
every reader ask all three, and holds what each is told against what is true at that moment.
"""
