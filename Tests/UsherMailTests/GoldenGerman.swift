extension Golden {
    /// The invitation of `Sample.invitation(locale: "de")`, its line ends as LF.
    static let german = #"""
        From: =?utf-8?q?Ada_=C3=BCber_Example_App?=
         <invitations@example.com>
        To: <invitee@example.org>
        Subject: =?utf-8?q?Ada_l=C3=A4dt_Sie_zu_Example_Org_auf_Example_App_ein?=
        Date: Mon, 23 Nov 2026 23:20:24 +0000
        Message-ID: <0190a5a0-0000-7000-8000-000000000002.1@example.com>
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: All
        Content-Language: de
        Reply-To: <ada@example.com>
        List-Unsubscribe: <https://usher.example.com/letter/unsubscribe?i=0190a5a0-0000-7000-8000-000000000002&o=0190a5a0-0000-7000-8000-000000000001&t=unsubscribe0190a5a0-0000-7000-8000-00000000>
        List-Unsubscribe-Post: List-Unsubscribe=One-Click
        MIME-Version: 1.0
        Content-Type: multipart/alternative;
         boundary="=_0190a5a0-0000-7000-8000-000000000003"

        --=_0190a5a0-0000-7000-8000-000000000003
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Example Org auf Example App beitreten

        Ada l=C3=A4dt Sie (invitee@example.org) zu Example Org auf Example App ein,=
         in der Rolle Admin.

        Eingeladen von: Ada (ada@example.com)
        Eingeladene Adresse: invitee@example.org
        Organisation: Example Org
        Rolle: Admin
        G=C3=BCltig bis: 30. November 2026, 23:20 UTC (7 Tage)

        Einladung annehmen:

        https://app.example.com/auth?inv_code=3Dinvitation-code0190a5a0-0000-7000-8=
        000-0000&organization_id=3D0190a5a0-0000-7000-8000-000000000001&redirect_ur=
        i=3Dhttps%3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D

        Oder =C3=B6ffnen Sie https://usher.example.com/code und geben Sie Ihre Adre=
        sse und diesen Code ein:

        P8D2-QDZ7

        Die Einladung gilt nur f=C3=BCr invitee@example.org und nur einmal.

        Example App ist die Anwendung unter https://app.example.com.

        Sie erhalten diesen Brief, weil Ada Ihre Adresse bei Example App eingegeben=
         hat.

        Nicht erwartet? Dann ist nichts zu tun: Ohne Ihre Zustimmung geschieht nich=
        ts.

        --=20
        Example App
        --=_0190a5a0-0000-7000-8000-000000000003
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <!doctype html>
        <html lang=3D"de" dir=3D"ltr">
        <head>
        <meta charset=3D"utf-8">
        <meta name=3D"viewport" content=3D"width=3Ddevice-width, initial-scale=3D1">
        <meta name=3D"color-scheme" content=3D"light dark">
        <meta name=3D"supported-color-schemes" content=3D"light dark">
        <meta name=3D"format-detection" content=3D"telephone=3Dno, date=3Dno, addre=
        ss=3Dno, email=3Dno, url=3Dno">
        <title>Example Org auf Example App beitreten</title>
        <style>
        :root { color-scheme: light dark; }
        @media (prefers-color-scheme: dark) {
        =2Epage { background: #161615 !important; }
        =2Ecard { background: #222220 !important; }
        =2Etext { color: #f0f0ec !important; }
        =2Equiet { color: #b5b5ae !important; }
        =2Ebutton { background: #8fd6b8 !important; color: #10261d !important; }
        }
        </style>
        </head>
        <body class=3D"page" dir=3D"ltr" style=3D"margin: 0; padding: 16px; backgro=
        und: #f4f4f1; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sa=
        ns-serif; font-size: 16px; line-height: 1.5">
        <div class=3D"card" style=3D"max-width: 560px; margin: 0 auto; padding: 24p=
        x; border-radius: 12px; background: #ffffff">
        <h1 class=3D"text" style=3D"margin: 0 0 16px; font-size: 22px; line-height:=
         1.3; color: #1c1c1a; overflow-wrap: anywhere">Example Org auf Example App =
        beitreten</h1>
        <p class=3D"text" style=3D"margin: 0 0 16px; color: #1c1c1a; overflow-wrap:=
         anywhere">Ada l=C3=A4dt Sie (invitee@example.org) zu Example Org auf Examp=
        le App ein, in der Rolle Admin.</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">Eingeladen von:</s=
        pan> Ada (ada@example.com)</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">Eingeladene Adress=
        e:</span> invitee@example.org</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">Organisation:</spa=
        n> Example Org</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">Rolle:</span> Admi=
        n</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">G=C3=BCltig bis:</=
        span> 30. November 2026, 23:20 UTC (7 Tage)</p>
        <p style=3D"margin: 24px 0"><a class=3D"button" href=3D"https://app.example=
        =2Ecom/auth?inv_code=3Dinvitation-code0190a5a0-0000-7000-8000-0000&amp;orga=
        nization_id=3D0190a5a0-0000-7000-8000-000000000001&amp;redirect_uri=3Dhttps=
        %3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D" style=3D"display: inline-b=
        lock; padding: 12px 24px; border-radius: 8px; font-weight: 600; text-decora=
        tion: none; background: #1f5a46; color: #ffffff">Einladung annehmen</a></p>
        <p class=3D"quiet" style=3D"margin: 0 0 4px; font-size: 14px; color: #5a5a5=
        5">Wenn die Schaltfl=C3=A4che nicht geht, =C3=B6ffnen Sie diese Adresse:</p>
        <p class=3D"text" dir=3D"ltr" style=3D"margin: 0 0 24px; font-size: 14px; c=
        olor: #1c1c1a; overflow-wrap: anywhere; word-break: break-all">https://app.=
        example.com/auth?inv_code=3Dinvitation-code0190a5a0-0000-7000-8000-0000&amp=
        ;organization_id=3D0190a5a0-0000-7000-8000-000000000001&amp;redirect_uri=3D=
        https%3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D</p>
        <p class=3D"quiet" style=3D"margin: 0 0 4px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">Oder =C3=B6ffnen Sie https://usher.example.com/=
        code und geben Sie Ihre Adresse und diesen Code ein:</p>
        <p class=3D"text" dir=3D"ltr" style=3D"margin: 0 0 24px; font-size: 20px; l=
        etter-spacing: 2px; font-family: ui-monospace, Menlo, Consolas, monospace; =
        color: #1c1c1a">P8D2-QDZ7</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">Die Einladung gilt nur f=C3=BCr invitee@example=
        =2Eorg und nur einmal.</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">Example App ist die Anwendung unter https://app=
        =2Eexample.com.</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">Sie erhalten diesen Brief, weil Ada Ihre Adress=
        e bei Example App eingegeben hat.</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">Nicht erwartet? Dann ist nichts zu tun: Ohne Ih=
        re Zustimmung geschieht nichts.</p>
        <p class=3D"quiet" style=3D"margin: 16px 0 0; font-size: 14px; color: #5a5a=
        55">Example App</p>
        </div>
        </body>
        </html>

        --=_0190a5a0-0000-7000-8000-000000000003--

        """#
}
