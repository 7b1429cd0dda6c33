using System.CommandLine;
using Atrium.Persistence;
using Atrium.Server.Audit;
using Atrium.Server.Hosting;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Cli;

/// <summary>Checks and exports the activity log.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var command = new Command("audit", "Check and export the activity log.");
        command.Add(Verify());
        command.Add(Export());
        return command;
    }

    /// <summary>Reads the database itself, so that it need not believe a server.</summary>
    private static DocumentedCommand Verify()
    {
        var (options, output) = (new ServerOptions(), CommonOptions.Output());
        var command = new DocumentedCommand(
            "verify",
            "Check that no row of the activity log was changed, removed or moved. Exit code 0 when it is whole, 1 when it is not; the first bad row is named. The hub may run meanwhile.",
            "atrium audit verify\natrium audit verify --data /var/lib/atrium -o json")
        {
            output,
        };
        options.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] arguments = [.. options.ToArguments(parsed)];
            var data = Array.IndexOf(arguments, "--Data") < 0 ? ["--Data", LastData.Find(null)] : Array.Empty<string>();
            await using var app = Program.Build([.. arguments, .. data]);
            var verdict = await VerifyAsync(app.Services.GetRequiredService<IOptions<AtriumOptions>>().Value, cancellationToken);
            Console.WriteLine(parsed.GetValue(output) == "json" ? ActivityApi.ToView(verdict).ToJsonString() : Say(verdict));
            return verdict.FirstBad is null ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<ActivityVerdict> VerifyAsync(AtriumOptions options, CancellationToken cancellationToken)
    {
        if (options.Database.Provider != AtriumOptions.DatabaseOptions.PostgreSql && !File.Exists(Path.Combine(options.Data, "atrium.db")))
        {
            throw new CliException($"There is no hub's data in '{options.Data}'.");
        }

        await using var store = await PersistenceSetup.OpenForCheckAsync(options, cancellationToken)
            ?? throw new CliException("This installation has no chained activity log yet. It gets one when the hub is started.");
        return await HeadNote.CompareAsync(await store.VerifyActivityAsync(cancellationToken), HeadNote.Read(options.Data), store, cancellationToken);
    }

    private static string Say(ActivityVerdict verdict)
    {
        var before = verdict.Unchained > 0 ? $" {verdict.Unchained} rows are older than the chain, and nothing proves them." : "";
        return verdict.FirstBad is { } row
            ? $"The activity log is NOT whole. First bad row: {row}. {verdict.Wrong} {verdict.Checked} rows before it are as they were written.{before}"
            : $"The activity log is whole: {verdict.Checked} rows, the last is row {verdict.Head.Sequence}.{before}";
    }

    private static DocumentedCommand Export()
    {
        var (data, format, filter) = (CommonOptions.Data(), new Option<string>("--format") { Description = "jsonlines or cloudevents.", DefaultValueFactory = _ => "jsonlines" }, new Option<string?>("--filter") { Description = "As the activity-log API takes it." });
        format.AcceptOnlyFromAmong("jsonlines", "cloudevents");
        var after = new Option<long>("--after") { Description = "Only rows behind this one, to go on from an earlier export." };
        var command = new DocumentedCommand(
            "export",
            "Print the activity log, oldest first, a line a row.",
            "atrium audit export > activity.jsonl\natrium audit export --format cloudevents --filter \"eventTimestamp ge '2026-11-01' and status eq 'Failed'\"")
        {
            format, filter, after, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var hub = await HubApi.OpenAsync(LastData.Find(parsed.GetValue(data)), cancellationToken);
            var query = new QueryString("?api-version=2026-11-01").Add("format", parsed.GetValue(format)!).Add("after", parsed.GetValue(after).ToString(System.Globalization.CultureInfo.InvariantCulture));
            query = parsed.GetValue(filter) is { } text ? query.Add("$filter", text) : query;
            await using var lines = await hub.ReadAsync($"/providers/Atrium.Audit/rows{query}", cancellationToken);
            await using var console = Console.OpenStandardOutput();
            await lines.CopyToAsync(console, cancellationToken);
        });
        return command;
    }
}
