/// Domains whose addresses or names are given to anybody, so that no organization can be the one behind them: written by
/// hand from what the largest providers of mailboxes say of their own services, and from the registries that sell names
/// below a second label (the private and the registry part of the Public Suffix List, publicsuffix.org, name them all).
/// It is a help against mistakes and not the proof: that is the record in the DNS.
package enum PublicDomains {
    package static func contains(_ domain: String) -> Bool {
        mailboxes.contains(domain) || suffixes.contains(domain)
    }

    /// Where people have mailboxes of their own.
    private static let mailboxes: Set<String> = words(
        """
        gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.de hotmail.fr
        live.com live.co.uk live.de msn.com passport.com yahoo.com yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.de yahoo.fr
        yahoo.es yahoo.it yahoo.com.br ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me
        protonmail.com protonmail.ch pm.me tutanota.com tuta.com tuta.io mailbox.org posteo.de posteo.net gmx.com gmx.de
        gmx.net gmx.at gmx.ch web.de freenet.de t-online.de arcor.de mail.com email.com usa.com zoho.com zohomail.com
        fastmail.com fastmail.fm hey.com mail.ru bk.ru inbox.ru list.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru
        ukr.net qq.com foxmail.com 163.com 126.com yeah.net sina.com sohu.com aliyun.com naver.com daum.net hanmail.net
        rediffmail.com libero.it virgilio.it tiscali.it alice.it orange.fr wanadoo.fr free.fr laposte.net sfr.fr
        neuf.fr bbox.fr comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
        shaw.ca rogers.com sympatico.ca btinternet.com sky.com virginmedia.com talktalk.net blueyonder.co.uk
        bigpond.com optusnet.com.au xtra.co.nz telenet.be skynet.be ziggo.nl kpnmail.nl bluewin.ch wp.pl o2.pl onet.pl
        interia.pl seznam.cz centrum.cz uol.com.br bol.com.br terra.com.br mailinator.com guerrillamail.com yopmail.com
        duck.com mozmail.com simplelogin.com erased.invalid
        """)

    /// Below which names are sold or given to anybody.
    private static let suffixes: Set<String> = words(
        """
        co.uk org.uk me.uk ac.uk gov.uk ltd.uk plc.uk net.uk sch.uk com.au net.au org.au edu.au gov.au id.au co.nz
        org.nz net.nz ac.nz co.jp ne.jp or.jp ac.jp go.jp co.kr or.kr ac.kr com.br net.br org.br gov.br com.cn net.cn
        org.cn gov.cn edu.cn com.tw org.tw com.hk org.hk com.sg org.sg edu.sg com.my org.my co.in net.in org.in firm.in
        gen.in ind.in ac.in gov.in co.za org.za net.za com.mx org.mx com.ar org.ar com.co com.pe com.ve com.tr org.tr
        gen.tr com.ua org.ua co.il org.il ac.il com.pl net.pl org.pl com.pt com.es org.es com.gr co.at or.at com.sa
        com.eg com.ng co.ke or.ke com.gh com.pk com.bd com.ph com.vn co.th or.th in.th co.id or.id web.id
        github.io gitlab.io pages.dev workers.dev vercel.app netlify.app herokuapp.com web.app firebaseapp.com
        appspot.com azurewebsites.net cloudfront.net blogspot.com wordpress.com tumblr.com onrender.com fly.dev
        eu.org uk.com us.com de.com dyndns.org no-ip.org duckdns.org
        """)

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
