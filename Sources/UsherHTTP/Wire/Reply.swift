import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// Builds answers.
enum Reply {
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// - Parameter type: the media type; JSON is UTF-8 by definition (RFC 8259 section 8.1), the parameter is for
    ///   readers that guess.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json"
    ) -> Response {
        json(encoded: encoded(value), status: status, type: type)
    }

    static func json(
        encoded bytes: [UInt8], status: HTTPResponse.Status, type: String = "application/json"
    ) -> Response {
        Response(
            status: status, headers: [.contentType: "\(type); charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// Bodies are made of texts, integers and arrays of them: encoding cannot fail.
    static func encoded(_ value: some Encodable) -> [UInt8] { Array((try? encoder.encode(value)) ?? Data()) }

    static func empty(_ status: HTTPResponse.Status, _ headers: HTTPFields = [:]) -> Response {
        var response = Response(status: status, headers: headers)
        // RFC 9110 section 8.6: no Content-Length in a 204.
        if status == .noContent { response.headers[.contentLength] = nil }
        return response
    }
}
