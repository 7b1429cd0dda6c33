using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Atrium.Server.Tests.Hosting;

[Collection(ChangesEnvironment.Name)]
public sealed class SettingsTests : IDisposable
{
    private static readonly SettingsSection[] Sections = [new("", typeof(AtriumOptions)), new("Sample", typeof(Sample))];
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Listen:Port", "abc", "Listen:Port is 'abc' (command line). Allowed: a whole number from 0 to 65535.")]
    [InlineData("Listen:Port", "65536", "Listen:Port is '65536' (command line). Allowed: a whole number from 0 to 65535.")]
    [InlineData("Listen:Port", "-1", "Listen:Port is '-1' (command line). Allowed: a whole number from 0 to 65535.")]
    [InlineData("Listen:HttpsPort", "8400", "Listen:HttpsPort is '8400' (command line). Allowed: another number than Listen:Port has.")]
    [InlineData("Listen:Address", "nowhere", "Listen:Address is 'nowhere' (command line). Allowed: localhost, * (every address of this machine) or an IP address.")]
    [InlineData("Listen:Prt", "1", "Listen:Prt (command line) is no setting. Did you mean Listen:Port?")]
    [InlineData("listen:port:more", "1", "listen:port:more (command line) is no setting. 'docs/settings.md' lists all.")]
    [InlineData("Lisetn:Port", "1", "Lisetn:Port (command line) is no setting. Did you mean Listen:Port?")]
    [InlineData("Tls:CertificateFile", "/nowhere.pem", "Tls:CertificateFile is '/nowhere.pem' (command line). Allowed: the path of a file that is there.")]
    [InlineData("Tls:CertificateFile", "/dev/null", "Tls:KeyFile is nothing. Allowed: the path of a file, since Tls:CertificateFile is given.")]
    [InlineData("Database:Provider", "oracle", "Database:Provider is 'oracle' (command line). Allowed: sqlite, postgresql.")]
    [InlineData("Database:Provider", "postgresql", "Database:ConnectionString is nothing. Allowed: a connection string, since Database:Provider is postgresql.")]
    [InlineData("Sample:Secret", "12", "Sample:Secret is '***' (command line). Allowed: a whole number from 100 to 999.")]
    [InlineData("Sample:Wait", "soon", "Sample:Wait is 'soon' (command line). Allowed: a time as hours:minutes:seconds.")]
    [InlineData("Sample:On", "maybe", "Sample:On is 'maybe' (command line). Allowed: true, false.")]
    [InlineData("Sample:Days:x", "Monday", "Sample:Days:x (command line) is no setting. Did you mean Sample:Days?")]
    [InlineData("Sample:Days:0", "Someday", "Sample:Days:0 is 'Someday' (command line). Allowed: Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday.")]
    public void A_wrong_value_is_told_with_its_key_what_was_found_and_what_is_allowed(string key, string value, string expected) =>
        Assert.Contains(expected, Find($"--{key}", value));

    [Theory]
    [InlineData("Listen:Port", "0")]
    [InlineData("LISTEN:PORT", "9000")]
    [InlineData("Listen:Address", "*")]
    [InlineData("Listen:Address", "::")]
    [InlineData("Tls:Names:0", "hub.example")]
    [InlineData("Sample:Days:0", "Monday")]
    [InlineData("Sample:Limits:anything", "7")]
    [InlineData("Logging:LogLevel:Atrium.Server", "Debug")]
    public void A_right_value_is_taken(string key, string value) => Assert.Empty(Find($"--{key}", value));

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var file = folder.Write("settings.json", """{ "Listen": { "Port": "many", "Adress": "*" }, "Colour": "red" }""");
        Assert.Equal(
            [
                $"Colour ({file}) is no setting. 'docs/settings.md' lists all.",
                "Database:Provider is 'x' (command line). Allowed: sqlite, postgresql.",
                $"Listen:Adress ({file}) is no setting. Did you mean Listen:Address?",
                $"Listen:Port is 'many' ({file}). Allowed: a whole number from 0 to 65535.",
            ],
            Find("--config", file, "--Database:Provider", "x").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_command_line_wins_over_the_environment_over_the_config_file_over_appsettings()
    {
        folder.Write("appsettings.json", """{ "Listen": { "Port": 1001, "HttpsPort": 1002, "Address": "10.0.0.1" }, "Tls": { "Names": [ "a.example" ] } }""");
        var file = folder.Write("settings.json", """{ "Listen": { "Port": 2001, "HttpsPort": 2002, "Address": "10.0.0.2" } }""");
        var name = "ATRIUM_LISTEN__HTTPSPORT";
        Environment.SetEnvironmentVariable(name, "3002");
        try
        {
            var options = Load("--config", file, "--Listen:Address", "10.0.0.4").Get<AtriumOptions>()!;
            Assert.Equal(("10.0.0.4", 3002, 2001, "a.example"), (options.Listen.Address, options.Listen.HttpsPort, options.Listen.Port, options.Tls.Names.Single()));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    [Fact]
    public void Variables_that_are_no_settings_are_left_alone_unless_they_lie_in_a_section()
    {
        Environment.SetEnvironmentVariable("ATRIUM_SOMETHING_ELSE", "1");
        Environment.SetEnvironmentVariable("ATRIUM_TLS__NAME", "x");
        try
        {
            Assert.Equal(["TLS:NAME (environment) is no setting. Did you mean Tls:Names?"], Find());
        }
        finally
        {
            Environment.SetEnvironmentVariable("ATRIUM_SOMETHING_ELSE", null);
            Environment.SetEnvironmentVariable("ATRIUM_TLS__NAME", null);
        }
    }

    [Theory]
    [InlineData("{ \"Listen\": ")]
    [InlineData("[]")]
    public void A_file_that_is_no_JSON_object_is_told_with_its_name(string text)
    {
        var file = folder.Write("broken.json", text);
        var wrong = Assert.Throws<SettingsException>(() => Load("--config", file));
        Assert.Contains("broken.json", wrong.Message);
    }

    [Fact]
    public void A_config_file_that_is_not_there_is_told() =>
        Assert.Contains("nowhere.json", Assert.Throws<SettingsException>(() => Load("--config", folder["nowhere.json"])).Message);

    [Fact]
    public void The_settings_page_is_the_one_the_code_writes()
    {
        using var app = Program.Build(["--Data", folder.Path]);
        var sections = ((IEnumerable<SettingsSection>)app.Services.GetService(typeof(IEnumerable<SettingsSection>))!).ToList();
        Assert.NotEmpty(sections);
        Assert.True(SettingsReference.Write(sections) == File.ReadAllText(Repository.File("docs/settings.md")), "Write it again: ./atrium settings > docs/settings.md");
    }

    private IReadOnlyList<string> Find(params string[] args) => SettingsCheck.Find(Load(args), Sections);

    private ConfigurationManager Load(params string[] args)
    {
        var configuration = new ConfigurationManager();
        configuration.AddAtriumSettings([.. args, "--Data", folder.Path]);
        return configuration;
    }

    internal sealed class Sample
    {
        [System.ComponentModel.Description("A secret.")]
        [System.ComponentModel.PasswordPropertyText(true)]
        [System.ComponentModel.DataAnnotations.Range(100, 999)]
        public int Secret { get; set; } = 123;

        [System.ComponentModel.Description("A time.")]
        public TimeSpan Wait { get; set; }

        [System.ComponentModel.Description("A switch.")]
        public bool On { get; set; }

        [System.ComponentModel.Description("A list.")]
        public DayOfWeek[] Days { get; set; } = [];

        [System.ComponentModel.Description("A map.")]
        public Dictionary<string, int> Limits { get; set; } = [];
    }
}
