using Atrium.Contracts;

namespace Atrium.Server.Resources;

/// <summary>A type whose resources are no documents of their own but parts of another one. It answers its requests itself.</summary>
internal interface IEmbeddedType
{
    /// <summary>Answers GET, PUT or DELETE of one.</summary>
    Task<IResult> AnswerOneAsync(ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken);

    /// <summary>Lists those in a resource.</summary>
    Task<IResult> AnswerListAsync(ResourceId parent, ResourceRequest request, CancellationToken cancellationToken);
}
