/// The page's frame and its parts. Every tag is of the three-brace form: values are `HTML` and escaped already.
enum PageTemplates {
    static let all = ["page": page, "form": form, "field": field]

    static let page = """
        <!doctype html>
        <html lang="{{{language}}}" dir="{{{direction}}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex, nofollow">
        <meta name="color-scheme" content="light dark">
        <title>{{{title}}} · {{{app}}}</title>
        <link rel="icon" href="/favicon.ico" type="image/svg+xml">
        <link rel="stylesheet" href="{{{stylesheet}}}">
        <script src="{{{script}}}" defer></script>
        </head>
        <body>
        <header class="bar"><span class="brand">{{{app}}}</span></header>
        {{#view}}<main class="card" data-state="{{{state}}}">
        {{#alert}}<p class="alert" role="alert">{{{alert}}}</p>{{/alert}}
        {{#monogram}}<p class="monogram" aria-hidden="true">{{{monogram}}}</p>{{/monogram}}
        {{#symbol}}<svg class="symbol" viewBox="0 0 24 24" width="40" height="40" fill="none" stroke="currentColor"\
         stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{{{symbol}}}"/>\
        </svg>{{/symbol}}
        <h1>{{{headline}}}</h1>
        {{#lead}}<p class="lead">{{{.}}}</p>{{/lead}}
        {{^empty(facts)}}<dl class="facts">
        {{#facts}}<div><dt>{{{label}}}</dt><dd>{{{value}}}</dd></div>
        {{/facts}}</dl>{{/empty(facts)}}
        {{#quote}}<figure class="words"><figcaption>{{{label}}}</figcaption>
        <blockquote>{{#paragraphs}}<p dir="auto">{{{.}}}</p>{{/paragraphs}}</blockquote></figure>{{/quote}}
        {{^empty(rows)}}<h2>{{{rowsTitle}}}</h2>
        <ul class="rows">
        {{#rows}}<li><span>{{{name}}}</span> <span class="muted">{{{detail}}}</span></li>
        {{/rows}}</ul>{{/empty(rows)}}
        {{#form}}{{> form}}{{/form}}
        {{#action}}<p class="actions"><a class="button" href="{{{target}}}">{{{label}}}</a></p>{{/action}}
        {{#second}}{{> form}}{{/second}}
        {{#notes}}<p class="note">{{{.}}}</p>{{/notes}}
        {{#aside}}<details class="aside"{{#isOpen}} open{{/isOpen}}>
        <summary>{{{summary}}}</summary>
        <p class="note">{{{lead}}}</p>
        {{#form}}{{> form}}{{/form}}
        </details>{{/aside}}
        {{#requestID}}<p class="note request">{{{requestLabel}}} <code>{{{requestID}}}</code></p>{{/requestID}}
        </main>{{/view}}
        </body>
        </html>

        """

    static let form = """
        <form method="post" action="{{{action}}}"{{#isQuiet}} class="quiet"{{/isQuiet}}>
        {{#hidden}}<input type="hidden" name="{{{name}}}" value="{{{value}}}">
        {{/hidden}}{{#fields}}{{> field}}{{/fields}}
        {{#checkbox}}<div class="check"><input type="checkbox" id="{{{name}}}" name="{{{name}}}" value="yes">\
        <label for="{{{name}}}">{{{label}}}</label></div>{{/checkbox}}
        <p class="actions"><button class="button" type="submit">{{{submit}}}</button></p>
        </form>
        """

    static let field = """
        <div class="field{{#error}} wrong{{/error}}">
        <label for="{{{name}}}">{{{label}}}{{#optional}} <span class="muted">{{{optional}}}</span>{{/optional}}</label>
        {{#isArea}}<textarea id="{{{name}}}" name="{{{name}}}" rows="2"{{#limit}} maxlength="{{{limit}}}"{{/limit}}\
        {{#describedBy}} aria-describedby="{{{describedBy}}}"{{/describedBy}}{{#error}} aria-invalid="true"{{/error}}\
        >{{{value}}}</textarea>{{/isArea}}
        {{^isArea}}<input id="{{{name}}}" name="{{{name}}}" type="{{{type}}}" value="{{{value}}}"\
        {{#autocomplete}} autocomplete="{{{autocomplete}}}"{{/autocomplete}}{{#limit}} maxlength="{{{limit}}}"{{/limit}}\
        {{#isRequired}} required{{/isRequired}}{{#isReadOnly}} readonly{{/isReadOnly}}\
        {{^isPlain}} dir="ltr" spellcheck="false"{{^isCode}} autocapitalize="none"{{/isCode}}{{/isPlain}}\
        {{#isCode}} autocapitalize="characters" class="code" maxlength="64"{{/isCode}}\
        {{#describedBy}} aria-describedby="{{{describedBy}}}"{{/describedBy}}{{#error}} aria-invalid="true"{{/error}}\
        {{#isFocused}} autofocus{{/isFocused}}{{#isPassword}} data-show="{{{show}}}" data-hide="{{{hide}}}"{{/isPassword}}\
        >{{/isArea}}
        {{#error}}<p class="error" id="{{{name}}}-error">{{{error}}}</p>{{/error}}
        {{#hint}}<p class="hint" id="{{{name}}}-hint">{{{hint}}}</p>{{/hint}}
        </div>
        """
}
