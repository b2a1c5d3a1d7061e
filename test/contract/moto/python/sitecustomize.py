# Python runs this before moto. Its server writes the head and the body of an answer apart; on a connection that is kept
# the body then waits 40 ms for the client to acknowledge the head.
import socketserver

socketserver.StreamRequestHandler.disable_nagle_algorithm = True
