/// The one style sheet. Colours are custom properties in `#rrggbb`, so that a test can compute their contrast.
enum Stylesheet {
    static let text = """
        :root {
          color-scheme: light dark;
          --page: #f4f3ef;
          --card: #ffffff;
          --ink: #1d1c1a;
          --muted: #5c5952;
          --line: #e2dfd7;
          --edge: #86827a;
          --accent: #0b6656;
          --accent-strong: #084f43;
          --on-accent: #ffffff;
          --tint: #e4f1ed;
          --bad: #a8231b;
          --bad-tint: #fcebe9;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #121412;
            --card: #1c1f1d;
            --ink: #eceae4;
            --muted: #aeaba3;
            --line: #343834;
            --edge: #7f837d;
            --accent: #79d6bd;
            --accent-strong: #a0e6d3;
            --on-accent: #06241d;
            --tint: #21342e;
            --bad: #ffb3aa;
            --bad-tint: #3b1f1c;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body {
          margin: 0;
          min-block-size: 100vh;
          min-block-size: 100dvh;
          padding-inline: 1rem;
          padding-block: clamp(1rem, 6vh, 4.5rem) 2rem;
          background: var(--page);
          color: var(--ink);
          font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", sans-serif;
        }
        .bar, .card { inline-size: 100%; max-inline-size: 30rem; margin-inline: auto; }
        .bar { margin-block-end: 1rem; padding-inline: .25rem; }
        .brand { font-weight: 650; letter-spacing: -.01em; color: var(--muted); }
        .card {
          padding: clamp(1.25rem, 5vw, 2.5rem);
          background: var(--card);
          border: 1px solid var(--line);
          border-radius: 1rem;
          overflow-wrap: anywhere;
        }
        h1 {
          margin-block: 0 .75rem;
          font-size: clamp(1.4rem, 1.15rem + 1.4vw, 1.75rem);
          line-height: 1.25;
          letter-spacing: -.015em;
          font-weight: 650;
          text-wrap: balance;
        }
        h1 strong { font-weight: inherit; color: var(--accent); }
        h2 { margin-block: 1.75rem .5rem; font-size: 1rem; }
        p { margin-block: 0 1rem; }
        .lead { margin-block-end: .75rem; text-wrap: pretty; }
        .monogram {
          display: grid;
          place-items: center;
          inline-size: 3rem;
          block-size: 3rem;
          margin-block: 0 1.25rem;
          border-radius: .75rem;
          background: var(--tint);
          color: var(--accent-strong);
          font-size: 1.375rem;
          font-weight: 650;
        }
        .symbol { display: block; margin-block-end: 1rem; color: var(--accent); }
        .facts { margin-block: 1.25rem; border-block-start: 1px solid var(--line); }
        .facts div {
          display: grid;
          grid-template-columns: minmax(6.5rem, 34%) 1fr;
          gap: .125rem 1rem;
          padding-block: .625rem;
          border-block-end: 1px solid var(--line);
        }
        dt { color: var(--muted); }
        dd { margin: 0; font-weight: 550; }
        .words { margin: 1.25rem 0; }
        .words figcaption { color: var(--muted); }
        .words blockquote { margin: 0.25rem 0 0; padding-inline-start: 0.75rem; border-inline-start: 3px solid var(--line); }
        .words p { margin: 0; overflow-wrap: anywhere; }
        .facts .muted, .rows .muted, label .muted { font-weight: 400; }
        .facts .muted { display: inline-block; }
        .muted { color: var(--muted); }
        .rows { margin: 0 0 1.25rem; padding: 0; list-style: none; border-block-start: 1px solid var(--line); }
        .rows li {
          display: flex;
          flex-wrap: wrap;
          justify-content: space-between;
          gap: .125rem 1rem;
          padding-block: .625rem;
          border-block-end: 1px solid var(--line);
        }
        form { margin-block-start: 1.5rem; }
        .field { margin-block-end: 1.125rem; }
        .field label { display: block; margin-block-end: .375rem; font-weight: 550; }
        input, textarea, button { font: inherit; color: inherit; }
        .field input, .field textarea {
          display: block;
          inline-size: 100%;
          min-block-size: 3rem;
          padding: .625rem .875rem;
          background: var(--card);
          border: 1px solid var(--edge);
          border-radius: .625rem;
        }
        .field textarea { resize: vertical; }
        .field input[readonly] { background: var(--page); border-color: var(--line); }
        [dir="rtl"] .field input[dir="ltr"] { text-align: end; }
        .wrong input, .wrong textarea { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
        .hint, .error, .note { font-size: .9375rem; line-height: 1.5; }
        .hint, .error { margin-block: .375rem 0; }
        .hint, .note { color: var(--muted); }
        .error { color: var(--bad); font-weight: 550; }
        .alert {
          margin-block-end: 1.25rem;
          padding: .75rem 1rem;
          background: var(--bad-tint);
          color: var(--bad);
          border-inline-start: .25rem solid var(--bad);
          border-radius: .375rem;
          font-weight: 550;
        }
        .reveal { position: relative; }
        .reveal input { padding-inline-end: 6.5rem; }
        [dir="rtl"] .reveal input[dir="ltr"] { padding-inline: 6.5rem .875rem; }
        .reveal button {
          position: absolute;
          inset-block: .375rem;
          inset-inline-end: .375rem;
          min-inline-size: 3.5rem;
          padding-inline: .75rem;
          border: 0;
          border-radius: .4rem;
          background: var(--tint);
          color: var(--accent-strong);
          font-size: .9375rem;
          font-weight: 550;
          cursor: pointer;
        }
        .check { display: grid; grid-template-columns: auto 1fr; gap: .75rem; margin-block-end: 1rem; }
        .check input { inline-size: 1.5rem; block-size: 1.5rem; margin: 0; accent-color: var(--accent); }
        .actions { margin-block: 1.5rem .25rem; }
        .button {
          display: block;
          inline-size: 100%;
          min-block-size: 3rem;
          padding: .75rem 1.25rem;
          border: 1px solid transparent;
          border-radius: .625rem;
          background: var(--accent);
          color: var(--on-accent);
          font-weight: 600;
          line-height: 1.4;
          text-align: center;
          text-decoration: none;
          cursor: pointer;
        }
        .button:hover { background: var(--accent-strong); }
        .button[aria-disabled="true"] { opacity: .7; cursor: progress; }
        input.code { font-family: ui-monospace, Menlo, Consolas, monospace; letter-spacing: .1em; text-transform: uppercase; }
        .quiet .button { background: transparent; border-color: var(--edge); color: var(--ink); }
        .quiet .button:hover { background: var(--page); }
        a { color: var(--accent); text-underline-offset: .2em; }
        .note { margin-block: 1rem 0; }
        .note a { display: inline-block; min-block-size: 1.5rem; }
        .aside { margin-block-start: 1.75rem; padding-block-start: .5rem; border-block-start: 1px solid var(--line); }
        .aside summary {
          padding-block: .5rem;
          color: var(--muted);
          font-size: .9375rem;
          cursor: pointer;
          border-radius: .375rem;
        }
        .aside form, .aside .note { margin-block-start: .5rem; }
        code { font: .9em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        @media (max-width: 26rem) {
          body { padding-inline: .5rem; }
          .facts div { grid-template-columns: 1fr; }
        }
        @media (forced-colors: active) {
          .button { border-color: ButtonText; }
        }

        """
}
