import NIOCore
import NIOHTTP1

/// Takes the host of a target in absolute form (`GET http://host/path`) for the request's `Host`, as RFC 9112 section
/// 3.2.2 demands: the parts of the server behind this see the path alone, and would believe a `Host` that says something
/// else.
final class AbsoluteTarget: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), let authority = Self.authority(of: head.uri) else {
            return context.fireChannelRead(data)
        }
        head.headers.replaceOrAdd(name: "Host", value: authority)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    /// Nil when the target has no host.
    static func authority(of target: String) -> String? {
        guard !target.hasPrefix("/"), let scheme = target.firstRange(of: "://") else { return nil }
        return String(target[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }
}

/// Puts `ConnectionGuard` and `AbsoluteTarget` where they belong: directly behind the parser, which is out of reach when a
/// connection is set up.
final class BehindParserInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandlers([ConnectionGuard(), AbsoluteTarget()], position: .after(parser))
        } catch {
            // Without them requests could name one host and mean another.
            context.close(promise: nil)
        }
    }
}
