#!/usr/bin/env python3
"""Writes common-passwords.txt: what people choose first. See README.md beside this file."""

import itertools
import pathlib

PASSWORD_WORDS = """
password passwort passwd passw pass parola parole senha contrasena contrasenya clave motdepasse mdp wachtwoord
losenord adgangskode passord salasana haslo heslo jelszo sifre parol kennwort geheim secreto segredo segreto secret
secrets mypassword mypass thepassword newpassword oldpassword nopassword password1 passphrase passcode pincode
userpass userpassword changeme change changeit changethis letmein letmeinnow letmein1 openup opensesame open sesame
login logon logmein signin signup welcome welcomeback bienvenue willkommen bienvenido benvenuto access accessgranted
enter enternow trustno1 trustme trust whatever nothing something anything default defaultpassword temp temporary
temppass temppassword test tester testing testtest test123 testpass testpassword testuser demo demouser demopass
example sample guest guestuser user username user1 admin admin1 administrator adminadmin adminpass adminpassword
root rootroot rootpass toor superuser sysadmin system operator manager supervisor master masterkey webmaster
postmaster hostmaster owner staff employee company office business corporate service support helpdesk security
secure secured server database oracle mysql postgres sqlserver backup network internet intranet wireless router
cisco ubnt ubuntu debian linux windows microsoft macintosh android iphone google facebook twitter instagram
youtube yahoo hotmail gmail outlook linkedin amazon samsung nokia computer laptop desktop keyboard monitor printer
""".split()

WORDS = """
iloveyou iloveu ilovehim ilovemom ilovegod ilovejesus iloveme loveyou lovely lovelove loveme lover loverboy lovers
love forever forever1 always babygirl babyboy baby babe honey honeybun sweetheart sweetie sweet sugar darling
princess prince queen king kingdom angel angels angelo devil lucifer heaven hell jesus jesuschrist christ christian
god godisgood blessed blessing faith hope grace spirit prayer church bible allah buddha
sunshine sunflower sunrise sunset sunday moonlight moon star stars starlight rainbow summer winter spring autumn
flower flowers rose daisy lily orchid violet jasmine butterfly dolphin dolphins tiger tigers lion lions panther
panda monkey gorilla elephant giraffe horse horses pony unicorn dragon dragons phoenix eagle eagles falcon hawk
raven spider scorpion snake turtle rabbit bunny hamster mouse kitty kitten kittens cat cats dog dogs doggy puppy
puppies wolf wolves bear bears fish shark sharks whale chicken ducky pig piggy cow bull bulldog beagle poodle
football baseball basketball soccer hockey tennis golf golfer cricket rugby volleyball softball swimming swimmer
running runner cycling racing boxing wrestling karate skater skateboard snowboard surfing fishing hunter hunting
superman batman spiderman ironman hulk joker robin catwoman wolverine deadpool avengers thor captain superhero hero
starwars startrek jedi yoda skywalker darthvader matrix neo trinity hobbit gandalf frodo aragorn legolas hogwarts
harrypotter voldemort hermione naruto sasuke goku pikachu pokemon charizard zelda mario luigi sonic minecraft
fortnite roblox warcraft starcraft counterstrike halo doom quake tetris pacman nintendo playstation xbox gamer
gamergirl player playboy playgirl ninja samurai warrior knight wizard magic magician merlin mystery shadow ghost
vampire zombie monster killer assassin sniper soldier army navy marine marines military police fireman pilot
captain1 pirate pirates cowboy cowboys ranger rangers cowgirl indian chief boss bigboss gangster hustler
money dollar dollars million millionaire billionaire rich cash gold golden silver diamond diamonds crystal ruby
emerald pearl platinum bronze iron steel metal metallica nirvana slipknot linkinpark greenday blink182 eminem
rihanna beyonce beatles ledzeppelin pinkfloyd rockstar rocker rockandroll guitar guitarist piano drummer drums
music musical musica dance dancer dancing singer singing hiphop reggae techno
apple apples banana orange lemon lime cherry strawberry blueberry raspberry peach mango melon grape coconut
chocolate cookie cookies cupcake candy cheese pizza burger taco nachos chicken1 bacon butter peanut popcorn pepper
ginger cinnamon vanilla coffee espresso cappuccino tea beer vodka whiskey tequila corona heineken guinness marlboro
red blue green yellow purple pink black white brown grey violet1 turquoise blackcat blackdog redrose bluesky
bluemoon greenday1 yellowsun purplerain pinkrose whitewolf blackmagic
ferrari porsche mercedes bmw audi lamborghini corvette mustang camaro chevy chevrolet ford honda toyota nissan
mazda subaru yamaha kawasaki suzuki ducati harley harleydavidson volkswagen volvo jaguar
london paris berlin madrid roma milan moscow newyork chicago boston dallas houston austin texas florida california
hollywood lasvegas vegas miami atlanta denver phoenix1 seattle portland toronto canada mexico brazil brasil
argentina america american england scotland ireland irish france germany italia italy spain espana portugal
russia poland polska sweden norway denmark finland holland greece turkey egypt africa india china japan tokyo
australia sydney melbourne hawaii jamaica cuba puertorico philippines indonesia vietnam thailand korea
liverpool arsenal chelsea manchester manutd mancity everton tottenham barcelona realmadrid juventus acmilan
bayern dortmund ajax celtic benfica porto lakers yankees redsox steelers patriots packers raiders broncos
chargers dodgers giants cubs warriors celtics bulls heat
school student students teacher college university class science math physics chemistry biology history english
family mother father mommy daddy mummy mama papa sister brother brothers sisters grandma grandpa husband wife
friend friends friendship bestfriend bestfriends boyfriend girlfriend mybaby mylove mylife mygirl myfamily
happy happiness happyday smile smiley laugh funny crazy lucky lucky1 lovelife life living alive freedom liberty
peace justice truth honor courage strength power powerful energy thunder lightning storm tornado hurricane fire
flame water ocean river lake mountain forest island beach desert snow snowball snowman icecream ice winter1
christmas xmas santa halloween easter birthday valentine holiday vacation weekend friday monday tuesday wednesday
thursday saturday midnight morning tonight today tomorrow yesterday
hello hello1 helloworld hellothere hellohello hellokitty goodbye goodluck goodday goodnight goodmorning
please thankyou thanks sorry bonjour salut hola amigo ciao namaste aloha shalom salam
fuckyou fuckme fuckoff fuck bitch asshole bullshit shit sexy sexygirl sexyboy sex hottie hotstuff bigdick pussy
stupid idiot dumbass loser sucker
qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc edcrfv rfvtgb tgbyhn
qweasd qweasdzxc asdzxc zaqwsx zaq1zaq1 zaq12wsx xsw2zaq1 1qaz2wsx 1qaz2wsx3edc 1qaz1qaz qaz123 qazqaz 2wsx3edc
3edc4rfv 1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3 q1w2e3r4 q1w2e3r4t5 1a2s3d4f 1z2x3c4v a1b2c3 a1b2c3d4
a1b2c3d4e5 1a2b3c 1a2b3c4d abc123 abcd1234 abcde12345 abc12345 123abc 1234abcd 123qwe 1234qwer 12345qwert qwe123
qwer1234 qwert12345 asd123 asdf1234 zxc123 zxcv1234 asdasd qweqwe zxczxc qwerqwer asdfasdf zxcvzxcv aaa111 111aaa
aa123456 a123456 a12345678 a123456789 p@ssw0rd pa55word pa55w0rd passw0rd p4ssword p4ssw0rd pa$$word pa$$w0rd
adm1n r00t l3tm31n w3lc0me s3cret t3st qw3rty
correcthorsebatterystaple correcthorse batterystaple thequickbrownfox quickbrownfox loremipsum lorem ipsum foobar
foobarbaz foo bar baz abracadabra supercalifragilistic iamthebest iamawesome iamgod iamhappy imthebest whoami
whoareyou howareyou whatsup nevermind neverland nevergiveup letsgo letitbe hakunamatata maythe4th
maytheforcebewithyou winteriscoming hastalavista tobeornottobe imissyou ineedyou ihateyou ihatethis dontforget
rememberme forgetme forgotit idontknow dontknow noneofyourbusiness mypasswordis thisismypassword thisisapassword
thisismylogin passwordpassword adminadminadmin useruser rootrootroot guestguest letmeinletmein mustchange
pleasechange pleasechangeme changemenow changemeplease replaceme resetme resetpassword verysecret topsecret
supersecret secretpassword supersecretpassword mysecret mysecretpassword strongpassword goodpassword
bestpassword securepassword simplepassword easypassword hardpassword longpassword complexpassword
invitation invite inviteme invited usher
""".split()

NAMES = """
michael jennifer jessica ashley daniel matthew christopher joshua andrew anthony david james john robert william
joseph thomas charles richard steven kevin brian edward george kenneth paul mark donald jason jeffrey ryan jacob
gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander patrick
raymond jack dennis jerry tyler aaron jose henry adam douglas nathan peter zachary kyle walter harold jeremy ethan
carl keith roger gerald christian terry sean arthur austin noah lawrence jesse joe bryan billy jordan albert dylan
bruce willie gabriel alan juan logan wayne ralph roy eugene randy vincent russell louis philip bobby johnny bradley
mary patricia linda barbara elizabeth susan margaret sarah karen nancy lisa betty dorothy sandra kimberly emily
donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela shirley anna
brenda pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine maria heather
diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl hannah
jacqueline martha gloria teresa sara madison frances kathryn jean abigail alice julia judy sophia grace denise amber
doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori alex max
oliver harry charlie jake oscar leo lucas felix simon martin thomas1 stefan andreas sebastian tobias florian markus
klaus hans peter1 wolfgang jurgen pierre jean1 francois nicolas antoine julien camille chloe manon marco luca
giulia francesca alessandro andrea1 giuseppe giovanni carlos miguel antonio francisco manuel pedro alejandro fernando
javier pablo sergio diego carmen isabel lucia sofia ana joao ricardo gustavo rafael bruno felipe mateus
ivan sergey dmitry alexey andrey vladimir natasha olga tatiana svetlana anastasia katarzyna agnieszka anna1 piotr
krzysztof mohammed muhammad ahmed ali hassan omar ibrahim fatima yusuf mehmet mustafa murat ayse raj rahul amit
sanjay priya deepak krishna ganesh lakshmi shiva wei ming chen wang zhang minh nguyen hiroshi takashi yuki sakura
buddy maggie bailey rocky bella lucy molly sadie duke toby jasper rex simba nala coco milo luna rusty oreo
""".split()

MONTHS = """january february march april may june july august september october november december""".split()
MONTHS += """januar februar maerz april mai juni juli august september oktober november dezember janvier fevrier mars
avril juin juillet aout septembre octobre novembre decembre enero febrero marzo abril mayo junio julio agosto
septiembre octubre noviembre diciembre""".split()
SEASONS = "spring summer autumn fall winter fruehling sommer herbst printemps automne hiver verano otono invierno".split()
ROWS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop", "yxcvbnm",
        "abcdefghijklmnopqrstuvwxyz", "0123456789", "147258369", "159357", "789456123", "741852963"]
SUFFIXES = ["1", "12", "123", "1234", "12345", "123456", "!", "1!", "123!", "01", "007", "69", "99", "00", "2024", "2025"]


def entries():
    yield from PASSWORD_WORDS + WORDS + NAMES + MONTHS + SEASONS
    for word in PASSWORD_WORDS[:80]:
        for suffix in SUFFIXES:
            yield word + suffix
    for row in ROWS:
        for text in (row, row[::-1]):
            for start in range(len(text) - 3):
                for length in (4, 5, 6, 7, 8, 9, 10, 12):
                    if start + length <= len(text):
                        yield text[start:start + length]
    for left, right in itertools.product(ROWS[1:4], ["123", "1234", "12345", "123456"]):
        for length in (3, 4, 5, 6):
            yield left[:length] + right
            yield right + left[:length]
    for year in range(1940, 2036):
        yield str(year)
        yield f"{year}{year}"
    for word in SEASONS[:5] + MONTHS[:12]:
        for year in range(2015, 2030):
            yield f"{word}{year}"
    for unit in "abcdefghijklmnopqrstuvwxyz0123456789":
        for length in (4, 6, 8, 10, 12):
            yield unit * length
    for pair in itertools.combinations("0123456789", 2):
        yield "".join(pair) * 3
        yield "".join(pair) * 4


if __name__ == "__main__":
    seen = sorted({entry.lower() for entry in entries() if len(entry) >= 3})
    target = pathlib.Path(__file__).with_name("common-passwords.txt")
    target.write_text("\n".join(seen) + "\n", encoding="ascii")
    print(f"{len(seen)} entries, {target.stat().st_size} bytes")
