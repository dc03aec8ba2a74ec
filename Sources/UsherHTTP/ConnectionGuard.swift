import NIOCore
import NIOHTTP1

/// Ends what would hold a connection by sending or reading too slowly, and refuses framing that two readers could read
/// differently (RFC 9112 sections 6.1 and 6.3).
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    /// For a body to end, and for a client to read what waits. Longer than a route waits for a body, which then gets
    /// an answer.
    static let patience = TimeAmount.seconds(30)

    private var isInsideRequest = false
    private var sending: Scheduled<Void>?
    private var reading: Scheduled<Void>?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            guard Self.isPlainlyFramed(head.headers) else { return context.fireErrorCaught(HTTPParserError.unknown) }
            if Self.endsParsing(head) {
                head.headers.remove(name: "Upgrade")
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            }
            isInsideRequest = true
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body: context.fireChannelRead(data)
        case .end:
            isInsideRequest = false
            sending?.cancel()
            sending = nil
            context.fireChannelRead(data)
        }
    }

    /// Most requests are complete with what was read at once, and need no timer.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isInsideRequest, sending == nil { sending = end(context) }
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            reading?.cancel()
            reading = nil
        } else if reading == nil {
            reading = end(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        sending?.cancel()
        reading?.cancel()
    }

    /// `chunked` is the only coding that is understood, and it stands alone.
    private static func isPlainlyFramed(_ headers: HTTPHeaders) -> Bool {
        let codings = headers["Transfer-Encoding"]
        return codings.isEmpty || (codings.count == 1 && codings[0].lowercased() == "chunked")
    }

    /// The parser reads nothing after such a request, so it is the last one of its connection.
    private static func endsParsing(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT || head.headers.contains(name: "Upgrade")
    }

    private func end(_ context: ChannelHandlerContext) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }
}
