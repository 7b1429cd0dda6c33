using System.Diagnostics;
using Atrium.Inference.Translation;

namespace Atrium.Inference.Tests.Translation;

/// <summary>Against the real program, with the pairs that <c>./test</c> installs.</summary>
public sealed class ApertiumTranslatorTests : IDisposable
{
    private readonly ApertiumTranslator translator = new(new() { Bubblewrap = File.Exists("/usr/bin/bwrap") ? "/usr/bin/bwrap" : null });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => translator.Dispose();

    [Fact]
    public async Task Texts_are_translated_each_on_its_own_and_in_order()
    {
        SkipUnless("en", "es");
        var texts = await translator.TranslateAsync("a", "en", "es", ["The red house.", "", "  I am here  ", "Hello xyzzyfoo!", "[a] ^b$ {c} <d> \\e/"], false, Cancellation);
        Assert.Equal("La casa roja.", texts[0]);
        Assert.Equal("", texts[1]);
        Assert.Equal("  Soy aquí  ", texts[2]);
        Assert.Contains("xyzzyfoo", texts[3], StringComparison.Ordinal);
        Assert.DoesNotContain("*", texts[3], StringComparison.Ordinal);
        Assert.Equal("[]^${}<>\\/", string.Concat(texts[4].Where(c => !char.IsLetter(c) && c is not ' ')));
    }

    [Fact]
    public async Task Tags_are_kept_and_lines_stay_lines()
    {
        SkipUnless("en", "es");
        const string html = """<div id="house"><p>The <b>red</b> house &amp; the dog</p><p class="notranslate">The house</p><script>house < 3</script></div>""";
        var texts = await translator.TranslateAsync("a", "en", "es", [html, "The house\n\nThe dog\nThe cat"], true, Cancellation);
        Assert.StartsWith("""<div id="house"><p>""", texts[0], StringComparison.Ordinal);
        Assert.EndsWith("""perro</p><p class="notranslate">The house</p><script>house < 3</script></div>""", texts[0], StringComparison.Ordinal);
        Assert.Contains("&amp;", texts[0], StringComparison.Ordinal);
        Assert.Equal("La casa\n\nEl perro\nEl gato", texts[1]);
    }

    [Fact]
    public async Task A_language_without_a_straight_way_is_reached_by_another()
    {
        SkipUnless("en", "pt-pt");
        Assert.Equal("A casa vermelha.", Assert.Single(await translator.TranslateAsync("a", "en", "pt-pt", ["The red house."], false, Cancellation)));
        Assert.False(translator.Serves("en", "ja"));
    }

    [Fact]
    public async Task Every_text_of_a_thousand_comes_back()
    {
        SkipUnless("en", "es");
        var texts = await translator.TranslateAsync("a", "en", "es", [.. Enumerable.Range(0, 1000).Select(i => $"The house {i}")], false, Cancellation);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"La casa {i}"), texts);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_leaves_no_program_running()
    {
        SkipUnless("en", "es");
        using var cancel = new CancellationTokenSource();
        var word = $"sentinel{Environment.ProcessId}";
        using var hangs = new ApertiumTranslator(new() { Program = Hanging(word) });
        var call = hangs.TranslateAsync("a", "en", "es", ["The house"], false, cancel.Token);
        await UntilAsync(() => IsRunning(word));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await UntilAsync(() => !IsRunning(word));
    }

    [Fact]
    public async Task A_program_that_breaks_off_or_hangs_or_is_not_there_is_told()
    {
        SkipUnless("en", "es");
        foreach (var options in (ApertiumOptions[])[new() { Program = "/bin/true" }, new() { Program = "/bin/no-such-program" }, new() { Program = Hanging("x"), MaxTime = TimeSpan.FromSeconds(1) }])
        {
            using var broken = new ApertiumTranslator(options);
            await Assert.ThrowsAsync<TranslationFailedException>(() => broken.TranslateAsync("a", "en", "es", ["The house"], false, Cancellation));
        }
    }

    [Fact]
    public void Without_pairs_nothing_is_served()
    {
        using var bare = new ApertiumTranslator(new() { Data = "/nonexistent" });
        Assert.Empty(bare.Languages);
        Assert.False(bare.Serves("en", "es"));
    }

    /// <summary>A program that never answers and whose children have a name to look for.</summary>
    private static string Hanging(string word)
    {
        var path = Path.Combine(Path.GetTempPath(), $"atrium-hangs-{word}-{Guid.NewGuid():N}.sh");
        File.WriteAllText(path, $"#!/bin/sh\nsh -c 'sleep 600; : {word}'\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    private static bool IsRunning(string word) => Directory.EnumerateDirectories("/proc").Any(folder =>
    {
        try
        {
            return char.IsAsciiDigit(Path.GetFileName(folder)[0]) && File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(word, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var patience = Stopwatch.StartNew(); !condition(); await Task.Delay(20, Cancellation))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromMinutes(1));
        }
    }

    private void SkipUnless(string from, string to) =>
        Assert.SkipUnless(translator.Serves(from, to), "Apertium with the pairs eng-spa and es-pt is not installed (Debian: apt-get install apertium apertium-eng-spa apertium-es-pt).");
}
