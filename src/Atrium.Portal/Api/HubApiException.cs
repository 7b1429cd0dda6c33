using System.Net;
using Atrium.Contracts;

namespace Atrium.Portal.Api;

/// <summary>The API refused, or could not be reached. The message is the API's own and may be shown.</summary>
public sealed class HubApiException(HttpStatusCode status, string code, string message, IReadOnlyList<ErrorBody> details) : Exception(message)
{
    /// <summary>The answer's status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>For programs.</summary>
    public string Code { get; } = code;

    /// <summary>Each mistake, when there are several.</summary>
    public IReadOnlyList<ErrorBody> Details { get; } = details;

    /// <summary>Whether there is no such thing, or none that this user may know of.</summary>
    public bool IsMissing => Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden;
}

/// <summary>The session has ended: the page has to lead to the sign-in.</summary>
public sealed class SignedOutException() : Exception("The session has ended.");
