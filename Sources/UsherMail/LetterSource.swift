/// The templates of a letter's parts, each of whole lines. No image, nothing from elsewhere, one link. Light colours stand
/// in the elements, for the programs that drop style sheets; dark ones where the sheet is kept.
enum LetterSource {
    static let top = """
        <!doctype html>
        <html lang="{{lang}}" dir="{{dir}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
        <title>{{title}}</title>
        <style>
        :root { color-scheme: light dark; }
        @media (prefers-color-scheme: dark) {
        .page { background: \(Palette.dark.page) !important; }
        .card { background: \(Palette.dark.card) !important; }
        .text { color: \(Palette.dark.text) !important; }
        .quiet { color: \(Palette.dark.quiet) !important; }
        .button { background: \(Palette.dark.button) !important; color: \(Palette.dark.onButton) !important; }
        }
        </style>
        </head>
        <body class="page" dir="{{dir}}" style="margin: 0; padding: 16px; background: \(Palette.light.page); \
        font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; font-size: 16px; line-height: 1.5">
        <div class="card" style="max-width: 560px; margin: 0 auto; padding: 24px; border-radius: 12px; \
        background: \(Palette.light.card)">
        <h1 class="text" style="margin: 0 0 16px; font-size: 22px; line-height: 1.3; color: \(Palette.light.text); \
        overflow-wrap: anywhere">{{title}}</h1>
        <p class="text" style="margin: 0 0 16px; color: \(Palette.light.text); overflow-wrap: anywhere">{{intro}}</p>

        """

    static let fact = """
        <p class="text" style="margin: 0 0 8px; color: \(Palette.light.text); overflow-wrap: anywhere">\
        <span class="quiet" style="color: \(Palette.light.quiet)">{{label}}:</span> {{value}}</p>

        """

    static let quoteLabel = """
        <p class="quiet" style="margin: 16px 0 4px; color: \(Palette.light.quiet); overflow-wrap: anywhere">{{label}}:</p>

        """

    static let quote = """
        <p class="text" dir="auto" style="margin: 0; padding: 4px 12px; border-inline-start: 3px solid; \
        color: \(Palette.light.text); overflow-wrap: anywhere">{{paragraph}}</p>

        """

    static let action = """
        <p style="margin: 24px 0"><a class="button" href="{{url}}" style="display: inline-block; padding: 12px 24px; \
        border-radius: 8px; font-weight: 600; text-decoration: none; background: \(Palette.light.button); \
        color: \(Palette.light.onButton)">{{label}}</a></p>
        <p class="quiet" style="margin: 0 0 4px; font-size: 14px; color: \(Palette.light.quiet)">{{lead}}</p>
        <p class="text" dir="ltr" style="margin: 0 0 24px; font-size: 14px; color: \(Palette.light.text); \
        overflow-wrap: anywhere; word-break: break-all">{{url}}</p>

        """

    static let code = """
        <p class="quiet" style="margin: 0 0 4px; font-size: 14px; color: \(Palette.light.quiet); \
        overflow-wrap: anywhere">{{lead}}</p>
        <p class="text" dir="ltr" style="margin: 0 0 24px; font-size: 20px; letter-spacing: 2px; \
        font-family: ui-monospace, Menlo, Consolas, monospace; color: \(Palette.light.text)">{{code}}</p>

        """

    static let note = """
        <p class="quiet" style="margin: 0 0 8px; font-size: 14px; color: \(Palette.light.quiet); \
        overflow-wrap: anywhere">{{note}}</p>

        """

    static let end = """
        <p class="quiet" style="margin: 16px 0 0; font-size: 14px; color: \(Palette.light.quiet)">{{signature}}</p>
        </div>
        </body>
        </html>

        """
}
