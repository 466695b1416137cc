const spanish = /^es\b/i.test(navigator.language)
document.documentElement.lang = spanish ? 'es' : 'en'
document.documentElement.dataset.language = spanish ? 'es' : 'en'
