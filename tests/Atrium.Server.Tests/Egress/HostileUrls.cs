namespace Atrium.Server.Tests.Egress;

/// <summary>Addresses by which people try to make a server call what they cannot reach themselves.</summary>
internal static class HostileUrls
{
    public const string Good = "http://good.example/picture.png";

    /// <summary>Hosts that are this machine, a private network, or where a cloud gives out a machine's credentials.</summary>
    private static readonly string[] Hosts =
    [
        // This machine, written in every way that some parser takes.
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7F.0x0.0x0.0x1", "0x7f.1", "017700000001", "0177.0.0.1", "0177.0000.0000.0001", "127.0.0.1.", "127.000.000.001",
        "127.0.0.0x1", "00000000177.0.0.1", "127.255.255.254", "0", "0.0.0.0", "0x0", "0.0", "00.0x0.00.0", "4294967295", "localhost", "LOCALHOST", "LocalHost", "localhost.", "localhost..",
        "foo.localhost", "localhost.localdomain", "ip6-localhost", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]",
        "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::1%25lo]", "[::1%lo]",

        // Private networks, and what is reserved.
        "10.0.0.1", "10.255.255.255", "167772161", "0xa000001", "012.0.0.1", "10.1", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.1", "3232235521", "100.64.0.1", "192.0.0.1",
        "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[fc00::1]", "[fd12:3456::1]", "[fe80::1]",
        "[fe80::1%25eth0]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[64:ff9b:1::1]", "[2001::1]", "[3fff::1]", "[5f00::1]", "[::ffff:10.0.0.1]", "[::ffff:c0a8:1]", "[2002:a00:1::]",
        "93.184.216.99", "kubernetes.default.svc", "host.docker.internal",

        // Credentials of machines in clouds.
        "169.254.169.254", "169.254.169.254.", "2852039166", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE", "0251.0376.0251.0376", "169.254.43518", "169.16689662", "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "169.254.170.2", "169.254.0.23", "100.100.100.200", "168.63.129.16", "192.0.0.192", "[fd00:ec2::254]", "[fd20:ce::254]",
        "metadata", "metadata.google.internal", "metadata.google.internal.", "instance-data",

        // Names that lead inside.
        "inside.example", "INSIDE.example", "inside.example.", "inside6.example", "mapped.example", "nat64.example", "mixed.example", "mixed6.example", "metadata.example", "zero.example",
        "nothing.example", "flip.example", "127.0.0.1.nip.example", "no-such-name.example",

        // Look-alikes: digits, letters and dots of other scripts, and what some parsers drop.
        "127。0。0。1", "127．0．0．1", "127｡0｡0｡1", "①②⑦.⓪.⓪.①", "１２７.０.０.１", "١٢٧.٠.٠.١", "169。254。169。254", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ", "loc\u00adalhost", "local\u200bhost", "localhost\u3002", "127.0.0.1\u200b",
        "xn--localhost-", "127.0.0.1%00.good.example", "127.0.0.1%2f.good.example", "127.0.0.1%09", "127.0.0.1%20", "%31%32%37.0.0.1", "%6cocalhost", "127.0.0.1;good.example", "127.0.0.1,good.example", "good.example%00",
    ];

    /// <summary>Whole addresses.</summary>
    private static readonly string[] Addresses =
    [
        // A name and password before the host, and other ways to say two hosts at once.
        "http://good.example@127.0.0.1/", "http://good.example:80@127.0.0.1/", "http://user:secret@good.example/", "http://127.0.0.1@good.example/", "http://127.0.0.1:80@good.example/",
        "http://good.example%40127.0.0.1/", @"http://127.0.0.1\@good.example/", @"http://good.example\@127.0.0.1/", "http://127.0.0.1#@good.example/", "http://127.0.0.1?@good.example/",
        "http://127.0.0.1#.good.example/", "http://127.0.0.1?.good.example/", "http://@127.0.0.1/", "http://:@127.0.0.1/", "http://good.example &@127.0.0.1/", "http://127.0.0.1:8400:80/",
        "http://127.0.0.1\r\nHost: good.example\r\n/", "http://127.0.0.1\t/", "http://127.0.0.1 /", " http://127.0.0.1/", "http://127.0.0.1\0/", "http:127.0.0.1", "http:/127.0.0.1/", "http:///127.0.0.1/",
        "http:////127.0.0.1/", @"http:\\127.0.0.1\", @"\\127.0.0.1\share", "//127.0.0.1/", "HTTP://127.0.0.1/", "hTTp://127.1/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/",

        // Ports of other protocols, here and elsewhere.
        "http://127.0.0.1:22/", "http://127.0.0.1:6379/", "http://127.0.0.1:8400/", "http://localhost:5432/", "http://good.example:0/", "http://good.example:22/", "http://good.example:25/",
        "http://good.example:465/", "http://good.example:2375/", "http://good.example:3306/", "http://good.example:5432/", "http://good.example:6379/", "http://good.example:11211/",
        "http://good.example:99999/", "http://good.example:-1/", "http://good.example:80a/",

        // Other schemes.
        "ftp://127.0.0.1/", "ftp://good.example/", "file:///etc/passwd", "file://localhost/etc/passwd", "file:/etc/passwd", "FILE:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "dict://127.0.0.1:11211/stat",
        "ldap://127.0.0.1/", "tftp://127.0.0.1/x", "sftp://127.0.0.1/", "ssh://127.0.0.1/", "telnet://127.0.0.1/", "smb://127.0.0.1/x", "jar:http://127.0.0.1!/x", "netdoc:///etc/passwd",
        "data:image/png;base64,AAAA", "javascript:alert(1)", "view-source:http://127.0.0.1/", "ws://127.0.0.1/", "wss://127.0.0.1/", "unix:///run/docker.sock", "http+unix://%2frun%2fdocker.sock/info",
        "php://filter/resource=/etc/passwd", "/etc/passwd", "../../etc/passwd", "x", "http://", "http:", "://127.0.0.1", "",

        // Public addresses that lead on.
        .. Redirects("http://127.0.0.1/", "http://localhost:8400/", "http://2130706433/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://0/",
            "http://inside.example/", "http://mixed.example/", "//127.0.0.1/", @"\\127.0.0.1\", "http://user:secret@good.example/", "http://good.example@127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:6379/_X",
            "ftp://good.example/", "https://good.example/", "http://good.example:22/", "http://redirect.example/to/302?http%3a%2f%2f127.0.0.1%2f", "http://127。0。0。1/"),
        "http://redirect.example/to/301?http://127.0.0.1/", "http://redirect.example/to/303?http://127.0.0.1/", "http://redirect.example/to/307?http://127.0.0.1/", "http://redirect.example/to/308?http://127.0.0.1/",
    ];

    public static IReadOnlyList<string> All { get; } = [.. Hosts.Select(host => $"http://{host}/"), .. Hosts.Take(24).Select(host => $"http://{host}:8400/v1"), .. Addresses];

    private static IEnumerable<string> Redirects(params string[] to) => to.Select(address => $"http://redirect.example/to/302?{Uri.EscapeDataString(address)}");
}
