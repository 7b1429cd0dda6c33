using System.Text;
using Atrium.Server.Gateway.Responses.Background;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Gateway;

/// <summary>The log of a response that is made in the background, over tries that a crash cut off.</summary>
public sealed class ResponseLogTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Numbers_go_on_where_the_last_event_was_seen_however_often_and_early_a_try_is_cut_off()
    {
        using var folder = new TempFolder();
        await TryAsync(folder.Path, events: 3);
        await TryAsync(folder.Path, events: 0);
        await TryAsync(folder.Path, events: 0);
        await TryAsync(folder.Path, events: 1);

        Assert.Equal("3", await NumbersAsync(folder.Path));
        await TryAsync(folder.Path, events: 2);
        Assert.Equal("4, 5", await NumbersAsync(folder.Path));
    }

    [Fact]
    public async Task An_event_cut_off_in_its_midst_has_no_number()
    {
        using var folder = new TempFolder();
        await TryAsync(folder.Path, events: 2);
        await File.AppendAllTextAsync(ResponseLog.NewestIn(folder.Path)!, "event: response.output_text.delta\ndata: {\"sequence_num", Cancel);
        await TryAsync(folder.Path, events: 1);
        Assert.Equal("2", await NumbersAsync(folder.Path));
    }

    [Fact]
    public void There_is_none_before_the_first_try() => Assert.Null(ResponseLog.NewestIn(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"))));

    private static async Task TryAsync(string folder, int events)
    {
        using var log = ResponseLog.Begin(folder);
        for (var i = 0; i < events; i++)
        {
            log.Events.Write("response.in_progress", []);
        }

        if (events > 0)
        {
            await log.FlushAsync(Cancel);
        }
    }

    /// <summary>The numbers of the newest log, as <c>4, 5</c>.</summary>
    private static async Task<string> NumbersAsync(string folder)
    {
        var log = await File.ReadAllTextAsync(ResponseLog.NewestIn(folder)!, Cancel);
        return string.Join(", ", log.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(item => ResponseLog.NumberOf(Encoding.UTF8.GetBytes(item))));
    }
}
