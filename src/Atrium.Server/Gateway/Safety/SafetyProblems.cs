using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Safety;

/// <summary>Refuses a body as Content Safety does.</summary>
internal static class SafetyProblems
{
    public const string WrongBody = "InvalidRequestBody";

    public static void Refuse(List<Problem> problems)
    {
        if (problems.Count > 0)
        {
            throw ApiException.BadRequest(WrongBody, string.Join(' ', problems.Select(p => p.Message)), problems[0].Target);
        }
    }
}
