namespace Atrium.Tests.Shared;

/// <summary>The voices of many languages, a program that a Debian system has.</summary>
internal static class Espeak
{
    /// <summary>Skips the test where it is not installed.</summary>
    public static void SkipUnlessInstalled() => Assert.SkipUnless(
        File.Exists("/usr/bin/espeak-ng") && File.Exists("/usr/bin/bwrap"), "espeak-ng is not installed (Debian: apt-get install espeak-ng bubblewrap).");
}
