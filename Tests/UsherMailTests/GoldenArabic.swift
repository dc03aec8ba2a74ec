extension Golden {
    /// The invitation of `Sample.invitation(locale: "ar")`, its line ends as LF.
    static let arabic = #"""
        From: =?utf-8?b?4oGoQWRh4oGpINi52KjYsSDigahFeGFtcGxlIEFwcOKBqQ==?=
         <invitations@example.com>
        To: <invitee@example.org>
        Subject: =?utf-8?b?2K/YudmI2Kkg2YXZhiDigahBZGHigakg2YTZhNin2YbYttmF2Kc=?=
         =?utf-8?b?2YUg2KXZhNmJIOKBqEV4YW1wbGUgT3Jn4oGpINi52YTZiSDigahFeGFtcGxl?=
         =?utf-8?b?IEFwcOKBqQ==?=
        Date: Mon, 23 Nov 2026 23:20:24 +0000
        Message-ID: <0190a5a0-0000-7000-8000-000000000002.1@example.com>
        Auto-Submitted: auto-generated
        X-Auto-Response-Suppress: All
        Content-Language: ar
        Reply-To: <ada@example.com>
        List-Unsubscribe: <https://usher.example.com/letter/unsubscribe?i=0190a5a0-0000-7000-8000-000000000002&o=0190a5a0-0000-7000-8000-000000000001&t=unsubscribe0190a5a0-0000-7000-8000-00000000>
        List-Unsubscribe-Post: List-Unsubscribe=One-Click
        MIME-Version: 1.0
        Content-Type: multipart/alternative;
         boundary="=_0190a5a0-0000-7000-8000-000000000003"

        --=_0190a5a0-0000-7000-8000-000000000003
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        =D8=A7=D9=84=D8=A7=D9=86=D8=B6=D9=85=D8=A7=D9=85 =D8=A5=D9=84=D9=89 =E2=81=
        =A8Example Org=E2=81=A9 =D8=B9=D9=84=D9=89 =E2=81=A8Example App=E2=81=A9

        =D8=AA=D9=84=D9=82=D9=91=D9=8A=D8=AA (=E2=81=A8invitee@example.org=E2=81=A9=
        ) =D8=AF=D8=B9=D9=88=D8=A9 =D9=85=D9=86 =E2=81=A8Ada=E2=81=A9 =D9=84=D9=84=
        =D8=A7=D9=86=D8=B6=D9=85=D8=A7=D9=85 =D8=A5=D9=84=D9=89 =E2=81=A8Example Or=
        g=E2=81=A9 =D8=B9=D9=84=D9=89 =E2=81=A8Example App=E2=81=A9 =D8=A8=D8=AF=D9=
        =88=D8=B1 =E2=81=A8=D9=85=D8=B4=D8=B1=D9=81=E2=81=A9.

        =D8=B5=D8=A7=D8=AD=D8=A8 =D8=A7=D9=84=D8=AF=D8=B9=D9=88=D8=A9: =E2=81=A8Ada=
        =E2=81=A9 (=E2=81=A8ada@example.com=E2=81=A9)
        =D8=A7=D9=84=D8=B9=D9=86=D9=88=D8=A7=D9=86 =D8=A7=D9=84=D9=85=D8=AF=D8=B9=
        =D9=88: =E2=81=A8invitee@example.org=E2=81=A9
        =D8=A7=D9=84=D9=85=D8=A4=D8=B3=D8=B3=D8=A9: =E2=81=A8Example Org=E2=81=A9
        =D8=A7=D9=84=D8=AF=D9=88=D8=B1: =D9=85=D8=B4=D8=B1=D9=81
        =D8=B5=D8=A7=D9=84=D8=AD=D8=A9 =D8=AD=D8=AA=D9=89: 30 =D9=86=D9=88=D9=81=D9=
        =85=D8=A8=D8=B1 2026=D8=8C 23:20 =D8=A8=D8=A7=D9=84=D8=AA=D9=88=D9=82=D9=8A=
        =D8=AA =D8=A7=D9=84=D8=B9=D8=A7=D9=84=D9=85=D9=8A (UTC)=D8=8C =D8=A7=D9=84=
        =D9=85=D8=AF=D8=A9: 7 =D8=A3=D9=8A=D8=A7=D9=85

        =D9=82=D8=A8=D9=88=D9=84 =D8=A7=D9=84=D8=AF=D8=B9=D9=88=D8=A9:

        https://app.example.com/auth?inv_code=3Dinvitation-code0190a5a0-0000-7000-8=
        000-0000&organization_id=3D0190a5a0-0000-7000-8000-000000000001&redirect_ur=
        i=3Dhttps%3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D

        =D8=A3=D9=88 =D8=A7=D9=81=D8=AA=D8=AD =E2=81=A8https://usher.example.com/co=
        de=E2=81=A9 =D9=88=D8=A7=D9=83=D8=AA=D8=A8 =D8=B9=D9=86=D9=88=D8=A7=D9=86=
        =D9=83 =D9=88=D9=87=D8=B0=D8=A7 =D8=A7=D9=84=D8=B1=D9=85=D8=B2:

        P8D2-QDZ7

        =D9=87=D8=B0=D9=87 =D8=A7=D9=84=D8=AF=D8=B9=D9=88=D8=A9 =D9=85=D8=AE=D8=B5=
        =D9=91=D8=B5=D8=A9 =D9=84=D9=84=D8=B9=D9=86=D9=88=D8=A7=D9=86 =E2=81=A8invi=
        tee@example.org=E2=81=A9 =D9=81=D9=82=D8=B7=D8=8C =D9=88=D8=AA=D9=8F=D8=B3=
        =D8=AA=D8=AE=D8=AF=D9=85 =D9=85=D8=B1=D8=A9 =D9=88=D8=A7=D8=AD=D8=AF=D8=A9.

        =E2=81=A8Example App=E2=81=A9 =D9=87=D9=88 =D8=A7=D9=84=D8=AA=D8=B7=D8=A8=
        =D9=8A=D9=82 =D8=A7=D9=84=D9=85=D9=88=D8=AC=D9=88=D8=AF =D8=B9=D9=84=D9=89 =
        =E2=81=A8https://app.example.com=E2=81=A9.

        =D9=88=D8=B5=D9=84=D8=AA=D9=83 =D9=87=D8=B0=D9=87 =D8=A7=D9=84=D8=B1=D8=B3=
        =D8=A7=D9=84=D8=A9 =D9=84=D8=A3=D9=86 =E2=81=A8Ada=E2=81=A9 =D8=A3=D8=AF=D8=
        =AE=D9=84 =D8=B9=D9=86=D9=88=D8=A7=D9=86=D9=83 =D9=81=D9=8A =E2=81=A8Exampl=
        e App=E2=81=A9.

        =D9=84=D9=85 =D8=AA=D9=83=D9=86 =D8=AA=D8=AA=D9=88=D9=82=D8=B9=D9=87=D8=A7=
        =D8=9F =D8=AA=D8=AC=D8=A7=D9=87=D9=84=D9=87=D8=A7: =D9=84=D9=86 =D9=8A=D8=
        =AD=D8=AF=D8=AB =D8=B4=D9=8A=D8=A1 =D9=85=D8=A7 =D9=84=D9=85 =D8=AA=D9=82=
        =D8=A8=D9=84.

        --=20
        Example App
        --=_0190a5a0-0000-7000-8000-000000000003
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <!doctype html>
        <html lang=3D"ar" dir=3D"rtl">
        <head>
        <meta charset=3D"utf-8">
        <meta name=3D"viewport" content=3D"width=3Ddevice-width, initial-scale=3D1">
        <meta name=3D"color-scheme" content=3D"light dark">
        <meta name=3D"supported-color-schemes" content=3D"light dark">
        <meta name=3D"format-detection" content=3D"telephone=3Dno, date=3Dno, addre=
        ss=3Dno, email=3Dno, url=3Dno">
        <title>=D8=A7=D9=84=D8=A7=D9=86=D8=B6=D9=85=D8=A7=D9=85 =D8=A5=D9=84=D9=89 =
        =E2=81=A8Example Org=E2=81=A9 =D8=B9=D9=84=D9=89 =E2=81=A8Example App=E2=81=
        =A9</title>
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
        <body class=3D"page" dir=3D"rtl" style=3D"margin: 0; padding: 16px; backgro=
        und: #f4f4f1; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, sa=
        ns-serif; font-size: 16px; line-height: 1.5">
        <div class=3D"card" style=3D"max-width: 560px; margin: 0 auto; padding: 24p=
        x; border-radius: 12px; background: #ffffff">
        <h1 class=3D"text" style=3D"margin: 0 0 16px; font-size: 22px; line-height:=
         1.3; color: #1c1c1a; overflow-wrap: anywhere">=D8=A7=D9=84=D8=A7=D9=86=D8=
        =B6=D9=85=D8=A7=D9=85 =D8=A5=D9=84=D9=89 =E2=81=A8Example Org=E2=81=A9 =D8=
        =B9=D9=84=D9=89 =E2=81=A8Example App=E2=81=A9</h1>
        <p class=3D"text" style=3D"margin: 0 0 16px; color: #1c1c1a; overflow-wrap:=
         anywhere">=D8=AA=D9=84=D9=82=D9=91=D9=8A=D8=AA (=E2=81=A8invitee@example.o=
        rg=E2=81=A9) =D8=AF=D8=B9=D9=88=D8=A9 =D9=85=D9=86 =E2=81=A8Ada=E2=81=A9 =
        =D9=84=D9=84=D8=A7=D9=86=D8=B6=D9=85=D8=A7=D9=85 =D8=A5=D9=84=D9=89 =E2=81=
        =A8Example Org=E2=81=A9 =D8=B9=D9=84=D9=89 =E2=81=A8Example App=E2=81=A9 =
        =D8=A8=D8=AF=D9=88=D8=B1 =E2=81=A8=D9=85=D8=B4=D8=B1=D9=81=E2=81=A9.</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">=D8=B5=D8=A7=D8=AD=
        =D8=A8 =D8=A7=D9=84=D8=AF=D8=B9=D9=88=D8=A9:</span> =E2=81=A8Ada=E2=81=A9 (=
        =E2=81=A8ada@example.com=E2=81=A9)</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">=D8=A7=D9=84=D8=B9=
        =D9=86=D9=88=D8=A7=D9=86 =D8=A7=D9=84=D9=85=D8=AF=D8=B9=D9=88:</span> =E2=
        =81=A8invitee@example.org=E2=81=A9</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">=D8=A7=D9=84=D9=85=
        =D8=A4=D8=B3=D8=B3=D8=A9:</span> =E2=81=A8Example Org=E2=81=A9</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">=D8=A7=D9=84=D8=AF=
        =D9=88=D8=B1:</span> =D9=85=D8=B4=D8=B1=D9=81</p>
        <p class=3D"text" style=3D"margin: 0 0 8px; color: #1c1c1a; overflow-wrap: =
        anywhere"><span class=3D"quiet" style=3D"color: #5a5a55">=D8=B5=D8=A7=D9=84=
        =D8=AD=D8=A9 =D8=AD=D8=AA=D9=89:</span> 30 =D9=86=D9=88=D9=81=D9=85=D8=A8=
        =D8=B1 2026=D8=8C 23:20 =D8=A8=D8=A7=D9=84=D8=AA=D9=88=D9=82=D9=8A=D8=AA =
        =D8=A7=D9=84=D8=B9=D8=A7=D9=84=D9=85=D9=8A (UTC)=D8=8C =D8=A7=D9=84=D9=85=
        =D8=AF=D8=A9: 7 =D8=A3=D9=8A=D8=A7=D9=85</p>
        <p style=3D"margin: 24px 0"><a class=3D"button" href=3D"https://app.example=
        =2Ecom/auth?inv_code=3Dinvitation-code0190a5a0-0000-7000-8000-0000&amp;orga=
        nization_id=3D0190a5a0-0000-7000-8000-000000000001&amp;redirect_uri=3Dhttps=
        %3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D" style=3D"display: inline-b=
        lock; padding: 12px 24px; border-radius: 8px; font-weight: 600; text-decora=
        tion: none; background: #1f5a46; color: #ffffff">=D9=82=D8=A8=D9=88=D9=84 =
        =D8=A7=D9=84=D8=AF=D8=B9=D9=88=D8=A9</a></p>
        <p class=3D"quiet" style=3D"margin: 0 0 4px; font-size: 14px; color: #5a5a5=
        5">=D8=A5=D8=B0=D8=A7 =D9=84=D9=85 =D9=8A=D8=B9=D9=85=D9=84 =D8=A7=D9=84=D8=
        =B2=D8=B1=D8=8C =D9=81=D8=A7=D9=81=D8=AA=D8=AD =D9=87=D8=B0=D8=A7 =D8=A7=D9=
        =84=D8=B9=D9=86=D9=88=D8=A7=D9=86:</p>
        <p class=3D"text" dir=3D"ltr" style=3D"margin: 0 0 24px; font-size: 14px; c=
        olor: #1c1c1a; overflow-wrap: anywhere; word-break: break-all">https://app.=
        example.com/auth?inv_code=3Dinvitation-code0190a5a0-0000-7000-8000-0000&amp=
        ;organization_id=3D0190a5a0-0000-7000-8000-000000000001&amp;redirect_uri=3D=
        https%3A%2F%2Fapp.example.com%2Fstart%3Fa%3D1%26b%3D</p>
        <p class=3D"quiet" style=3D"margin: 0 0 4px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">=D8=A3=D9=88 =D8=A7=D9=81=D8=AA=D8=AD =E2=81=A8=
        https://usher.example.com/code=E2=81=A9 =D9=88=D8=A7=D9=83=D8=AA=D8=A8 =D8=
        =B9=D9=86=D9=88=D8=A7=D9=86=D9=83 =D9=88=D9=87=D8=B0=D8=A7 =D8=A7=D9=84=D8=
        =B1=D9=85=D8=B2:</p>
        <p class=3D"text" dir=3D"ltr" style=3D"margin: 0 0 24px; font-size: 20px; l=
        etter-spacing: 2px; font-family: ui-monospace, Menlo, Consolas, monospace; =
        color: #1c1c1a">P8D2-QDZ7</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">=D9=87=D8=B0=D9=87 =D8=A7=D9=84=D8=AF=D8=B9=D9=
        =88=D8=A9 =D9=85=D8=AE=D8=B5=D9=91=D8=B5=D8=A9 =D9=84=D9=84=D8=B9=D9=86=D9=
        =88=D8=A7=D9=86 =E2=81=A8invitee@example.org=E2=81=A9 =D9=81=D9=82=D8=B7=D8=
        =8C =D9=88=D8=AA=D9=8F=D8=B3=D8=AA=D8=AE=D8=AF=D9=85 =D9=85=D8=B1=D8=A9 =D9=
        =88=D8=A7=D8=AD=D8=AF=D8=A9.</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">=E2=81=A8Example App=E2=81=A9 =D9=87=D9=88 =D8=
        =A7=D9=84=D8=AA=D8=B7=D8=A8=D9=8A=D9=82 =D8=A7=D9=84=D9=85=D9=88=D8=AC=D9=
        =88=D8=AF =D8=B9=D9=84=D9=89 =E2=81=A8https://app.example.com=E2=81=A9.</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">=D9=88=D8=B5=D9=84=D8=AA=D9=83 =D9=87=D8=B0=D9=
        =87 =D8=A7=D9=84=D8=B1=D8=B3=D8=A7=D9=84=D8=A9 =D9=84=D8=A3=D9=86 =E2=81=A8=
        Ada=E2=81=A9 =D8=A3=D8=AF=D8=AE=D9=84 =D8=B9=D9=86=D9=88=D8=A7=D9=86=D9=83 =
        =D9=81=D9=8A =E2=81=A8Example App=E2=81=A9.</p>
        <p class=3D"quiet" style=3D"margin: 0 0 8px; font-size: 14px; color: #5a5a5=
        5; overflow-wrap: anywhere">=D9=84=D9=85 =D8=AA=D9=83=D9=86 =D8=AA=D8=AA=D9=
        =88=D9=82=D8=B9=D9=87=D8=A7=D8=9F =D8=AA=D8=AC=D8=A7=D9=87=D9=84=D9=87=D8=
        =A7: =D9=84=D9=86 =D9=8A=D8=AD=D8=AF=D8=AB =D8=B4=D9=8A=D8=A1 =D9=85=D8=A7 =
        =D9=84=D9=85 =D8=AA=D9=82=D8=A8=D9=84.</p>
        <p class=3D"quiet" style=3D"margin: 16px 0 0; font-size: 14px; color: #5a5a=
        55">Example App</p>
        </div>
        </body>
        </html>

        --=_0190a5a0-0000-7000-8000-000000000003--

        """#
}
