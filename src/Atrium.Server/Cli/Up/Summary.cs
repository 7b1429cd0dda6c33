using Atrium.Server.Hosting.FirstRun;

namespace Atrium.Server.Cli.Up;

/// <summary>What <c>atrium up</c> ends with.</summary>
internal static class Summary
{
    public static string Of(Installation installation) => $$"""

        Atrium is ready.

          endpoint         {{installation.Endpoint}}        (keys only, this machine only)
          HTTPS endpoint   {{installation.HttpsEndpoint}}        ('atrium trust' prints how clients come to trust it)
          key              {{installation.ApiKey}}
          portal           not built yet
          data             {{installation.DataFolder}}

        Try it:

          curl {{installation.Endpoint}}/readyz

        'atrium status -o json' prints all of this, and the first service principal, for scripts. 'atrium down' ends the hub.

        """;
}
